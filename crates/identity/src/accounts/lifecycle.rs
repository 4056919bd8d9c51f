//! Activation, deactivation and deletion of an account in the caller's transaction.

use loggia_db::Work;
use loggia_kernel::{AccountId, Timestamp};

use crate::{
    Account, Error, Result, SessionPolicy,
    orgs::removal::{Removal, leave_groups},
    store::{accounts as store, one_time, sessions},
};

/// Activates or deactivates an account. Every path that does so must call this function.
///
/// # Errors
/// As [`Accounts::set_active`](crate::Accounts::set_active).
pub(super) async fn set_active(
    work: &mut Work,
    id: AccountId,
    is_active: bool,
    policy: SessionPolicy,
    now: Timestamp,
) -> Result<Account> {
    if !is_active {
        require_other_superuser(work, id).await?;
        leave_groups(work, id, Removal::Deactivation).await?;
    }
    let account = store::set_active(work, id, is_active, now).await?.ok_or(Error::NotFound)?;
    if !is_active {
        one_time::delete_all(work, id).await?;
        if policy == SessionPolicy::Strict {
            sessions::revoke_all(work, id, None, now).await?;
        }
    }
    Ok(account)
}

/// Deletes an account. Every path that does so must call this function.
///
/// # Errors
/// As [`Accounts::delete`](crate::Accounts::delete).
pub(super) async fn delete(work: &mut Work, id: AccountId) -> Result<()> {
    require_other_superuser(work, id).await?;
    leave_groups(work, id, Removal::Deletion).await?;
    if store::delete(work, id).await? { Ok(()) } else { Err(Error::NotFound) }
}

/// Returns an error if the account is the last active superuser. The rows are locked, which serializes concurrent
/// deactivations.
async fn require_other_superuser(work: &mut Work, leaving: AccountId) -> Result<()> {
    let active = store::lock_active_superusers(work).await?;
    if active == [leaving] {
        return Err(Error::LastSuperuser);
    }
    Ok(())
}

/// Returns the name of the event in the security log.
pub(super) fn event(is_active: bool) -> &'static str {
    if is_active { "activation" } else { "deactivation" }
}
