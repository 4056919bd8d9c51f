//! Administration of accounts: list, create, change and delete.

use async_trait::async_trait;
use loggia_db::Work;
use loggia_kernel::{AccountId, Page, Timestamp, list::ListRequest};

use super::{
    model::{AccountField, HashedPassword, LockedAccounts, ManagedAccountPatch, NewManagedAccount},
    store,
};
use crate::{
    Account, Caller, Error, Result, SessionPolicy, StoredAccounts, TokenError,
    accounts::{changes::apply, insertion::insert_with_retry, lifecycle},
    audit,
    passwords::Password,
    store::{accounts, one_time, sessions},
};

/// Administration of other users' accounts. Object-safe: share it as `Arc<dyn AccountAdministration>`.
///
/// The caller checks permissions, in the same transaction as the operation and after [`AccountAdministration::lock`].
/// This service itself rejects only what is forbidden to every caller: deactivating, demoting or deleting their own
/// account, and removing the last active superuser.
#[async_trait]
pub trait AccountAdministration: Send + Sync {
    /// Returns the accounts that match the request, ordered by id unless the request states an order.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn list(
        &self,
        work: &mut Work,
        request: &ListRequest<AccountField>,
    ) -> Result<Page<Account>>;

    /// Hashes a password for [`AccountAdministration::create`] and [`AccountAdministration::update`]. Never hash inside
    /// a transaction.
    ///
    /// # Errors
    /// [`Error::Busy`].
    async fn hash(&self, password: &Password) -> Result<HashedPassword>;

    /// Reads the actor's and the target's account and locks both until the transaction ends, which must have begun.
    /// Permission checks based on the result therefore stay valid for the operation.
    ///
    /// # Errors
    /// [`Error::InvalidToken`] with [`TokenError::UnknownAccount`] or [`TokenError::InactiveAccount`] if the actor's
    /// account was deleted or deactivated, and under the strict policy with [`TokenError::Revoked`] if the actor's
    /// session was revoked; [`Error::NotFound`] if the target does not exist.
    async fn lock(&self, work: &mut Work, by: &Caller, target: AccountId)
    -> Result<LockedAccounts>;

    /// Creates an account for another user. Opens no session and sends no email.
    ///
    /// # Errors
    /// [`Error::Taken`] if the email address, or a given user name, is in use.
    async fn create(&self, work: &mut Work, by: &Caller, new: NewManagedAccount)
    -> Result<Account>;

    /// Changes the fields that the patch contains. A new password and a deactivation revoke sessions as
    /// [`Passwords::set`](crate::Passwords::set) and [`Accounts::set_active`](crate::Accounts::set_active) do. The
    /// session in which users set their own password stays open.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Taken`]; [`Error::SelfAction`] if callers deactivate their own account or change
    /// its role; [`Error::LastSuperuser`].
    async fn update(
        &self,
        work: &mut Work,
        by: &Caller,
        id: AccountId,
        patch: ManagedAccountPatch,
    ) -> Result<Account>;

    /// Deactivates an active account, or activates an inactive one. Of two concurrent calls, the later one reverts the
    /// earlier one.
    ///
    /// # Errors
    /// As [`AccountAdministration::update`].
    async fn toggle_active(&self, work: &mut Work, by: &Caller, id: AccountId) -> Result<Account>;

    /// Deletes an account with its sessions and tokens.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::SelfAction`]; [`Error::LastSuperuser`].
    async fn delete(&self, work: &mut Work, by: &Caller, id: AccountId) -> Result<()>;
}

#[async_trait]
impl AccountAdministration for StoredAccounts {
    async fn list(
        &self,
        work: &mut Work,
        request: &ListRequest<AccountField>,
    ) -> Result<Page<Account>> {
        Ok(store::list(&mut work.scan_if(request.needs_scan()), request).await?)
    }

    async fn hash(&self, password: &Password) -> Result<HashedPassword> {
        Ok(HashedPassword(self.hasher.hash(password).await?))
    }

    async fn lock(
        &self,
        work: &mut Work,
        by: &Caller,
        target: AccountId,
    ) -> Result<LockedAccounts> {
        lock(work, by, target, self.policy).await
    }

    async fn create(
        &self,
        work: &mut Work,
        by: &Caller,
        new: NewManagedAccount,
    ) -> Result<Account> {
        let (new, HashedPassword(hash)) = new.into_parts();
        let account = insert_with_retry(work, &new, Some(&hash), self.clock.now()).await?;
        audit::record_by(work, "account creation", by.account.id, account.id);
        Ok(account)
    }

    async fn update(
        &self,
        work: &mut Work,
        by: &Caller,
        id: AccountId,
        patch: ManagedAccountPatch,
    ) -> Result<Account> {
        let now = self.clock.now();
        work.transaction(async |work| change(work, (by, id), &patch, self.policy, now).await).await
    }

    async fn toggle_active(&self, work: &mut Work, by: &Caller, id: AccountId) -> Result<Account> {
        let now = self.clock.now();
        work.transaction(async |work| {
            let locked = lock(work, by, id, self.policy).await?;
            let is_active = !locked.target.is_active;
            set_active(work, (by, id), is_active, self.policy, now).await
        })
        .await
    }

    async fn delete(&self, work: &mut Work, by: &Caller, id: AccountId) -> Result<()> {
        reject_self_action(by, id)?;
        work.transaction(async |work| lifecycle::delete(work, id).await).await?;
        audit::record_by(work, "deletion", by.account.id, id);
        Ok(())
    }
}

async fn lock(
    work: &mut Work,
    by: &Caller,
    target: AccountId,
    policy: SessionPolicy,
) -> Result<LockedAccounts> {
    let actor = by.account.id;
    let locked = store::lock(work, [actor, target]).await?;
    let find = |id| locked.iter().find(|account| account.id == id).cloned();
    let actor = find(actor).ok_or(Error::InvalidToken(TokenError::UnknownAccount))?;
    if !actor.is_active {
        return Err(Error::InvalidToken(TokenError::InactiveAccount));
    }
    // Every transaction that revokes sessions locks their account first. The account is locked here, so an open session
    // stays open.
    if policy == SessionPolicy::Strict && !sessions::is_open(work, &by.session).await? {
        return Err(Error::InvalidToken(TokenError::Revoked));
    }
    let target = find(target).ok_or(Error::NotFound)?;
    Ok(LockedAccounts { actor, target })
}

/// Changes an account in the caller's transaction. `is_active` is changed first because that may lock all superusers,
/// and they must be locked before any single account.
async fn change(
    work: &mut Work,
    (by, id): (&Caller, AccountId),
    patch: &ManagedAccountPatch,
    policy: SessionPolicy,
    now: Timestamp,
) -> Result<Account> {
    let before = accounts::by_id(work, id).await?.ok_or(Error::NotFound)?;
    match patch.is_active {
        Some(is_active) if is_active != before.is_active => {
            set_active(work, (by, id), is_active, policy, now).await?;
        }
        _ => {}
    }
    if let Some(HashedPassword(hash)) = &patch.password {
        accounts::set_password_hash(work, id, Some(hash), now).await?;
        one_time::delete_all(work, id).await?;
        if policy == SessionPolicy::Strict {
            let except = (by.account.id == id).then_some(&by.session);
            sessions::revoke_all(work, id, except, now).await?;
        }
        audit::record_by(work, "password set", by.account.id, id);
    }
    match &patch.role {
        Some(role) if *role != before.role => {
            reject_self_action(by, id)?;
            store::set_role(work, id, role, now).await?;
            audit::record_by(work, "role change", by.account.id, id);
        }
        _ => {}
    }
    apply(work, id, &patch.account, now).await
}

async fn set_active(
    work: &mut Work,
    (by, id): (&Caller, AccountId),
    is_active: bool,
    policy: SessionPolicy,
    now: Timestamp,
) -> Result<Account> {
    if !is_active {
        reject_self_action(by, id)?;
    }
    let account = lifecycle::set_active(work, id, is_active, policy, now).await?;
    audit::record_by(work, lifecycle::event(is_active), by.account.id, id);
    Ok(account)
}

fn reject_self_action(by: &Caller, id: AccountId) -> Result<()> {
    if by.account.id == id {
        return Err(Error::SelfAction);
    }
    Ok(())
}
