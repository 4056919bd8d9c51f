//! Authority over other accounts: callers cannot change an account that has more permissions than they have.
//!
//! Source: docs/contract/api.md «Permissions of callers»; docs/contract/README.md «Administrators».

use loggia_db::Work;
use loggia_identity::{Account, AccountAdministration, Caller, LockedAccounts};
use loggia_kernel::AccountId;
use loggia_rbac::{Actor, Assignments};

use super::{is_admin, refused};
use crate::error::{AuthFault, Problem};

/// Returns the actor whose permissions limit what can be granted and revoked.
pub fn actor(account: &Account) -> Actor {
    Actor {
        account: account.id,
        is_superuser: account.is_superuser,
    }
}

/// Checks that `actor` has every permission of `target`. An account always passes for itself.
///
/// # Errors
/// [`Problem::Forbidden`] if `target` has a permission that `actor` does not have. The refusal is logged.
pub async fn outrank(
    work: &mut Work,
    assignments: &dyn Assignments,
    actor: &Account,
    target: &Account,
) -> Result<(), Problem> {
    if actor.is_superuser || actor.id == target.id {
        return Ok(());
    }
    let is_above = target.is_superuser
        || (is_admin(target) && !is_admin(actor))
        || assignments
            .exceeds(work, target.id, self::actor(actor))
            .await?;
    if is_above {
        tracing::warn!(
            target: "loggia::security",
            actor = actor.id.get(),
            account = target.id.get(),
            "refused: the account has a permission that the actor does not have",
        );
        return Err(Problem::Forbidden);
    }
    Ok(())
}

/// Reads caller and target again, under lock, in the transaction that changes the target. The permissions of either may
/// have changed since the first check, because the client sends the body in between.
///
/// # Errors
/// [`Problem::NotFound`] if the target does not exist; [`Problem::Unauthenticated`] if the caller was deleted,
/// deactivated or logged out in the meantime.
pub async fn hold(
    work: &mut Work,
    people: &dyn AccountAdministration,
    caller: &Caller,
    target: AccountId,
) -> Result<LockedAccounts, Problem> {
    let held = people.lock(work, caller, target).await;
    held.map_err(|error| refused(error, AuthFault::AccessToken))
}
