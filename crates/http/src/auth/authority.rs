//! Who may change whom: nobody changes an account that holds more than he does.
//!
//! Source: docs/contract/api.md «Permissions of callers»; docs/contract/README.md «Administrators».

use loggia_identity::{Account, Caller, Held, People};
use loggia_kernel::AccountId;
use loggia_rbac::{Actor, Assignments};

use super::{is_admin, refused};
use crate::error::{AuthFault, Problem};

/// Whose rights count where roles are given and taken.
pub fn actor(account: &Account) -> Actor {
    Actor {
        account: account.id,
        is_superuser: account.is_superuser,
    }
}

/// Refuses unless `actor` holds all that `target` holds. Everybody is his own equal.
///
/// # Errors
/// [`Problem::Forbidden`].
pub async fn outrank(
    assignments: &dyn Assignments,
    actor: &Account,
    target: &Account,
) -> Result<(), Problem> {
    if actor.is_superuser || actor.id == target.id {
        return Ok(());
    }
    let is_above = target.is_superuser
        || (is_admin(target) && !is_admin(actor))
        || assignments.exceeds(target.id, self::actor(actor)).await?;
    if is_above {
        tracing::warn!(
            target: "loggia::security",
            actor = actor.id.get(),
            account = target.id.get(),
            "refused: the account holds more than who would change it",
        );
        return Err(Problem::Forbidden);
    }
    Ok(())
}

/// Reads who acts and on whom once more, in the transaction that does what is asked. Between the first judgement and this
/// moment the client may have taken its time to send the body, and either of the two may have been given other rights.
///
/// # Errors
/// [`Problem::NotFound`]; [`Problem::Unauthenticated`] if the caller is gone, shut out or logged out by now.
pub async fn hold(
    people: &dyn People,
    caller: &Caller,
    target: AccountId,
) -> Result<Held, Problem> {
    let held = people.hold(caller, target).await;
    held.map_err(|error| refused(error, AuthFault::AccessToken))
}
