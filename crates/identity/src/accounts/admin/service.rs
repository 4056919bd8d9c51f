//! Listing, making, changing and deleting the accounts of others.

use async_trait::async_trait;
use loggia_db::Tx;
use loggia_kernel::{AccountId, Page, Timestamp, list::ListRequest};

use super::{
    model::{AccountField, HashedPassword, LockedAccounts, ManagedAccountPatch, NewManagedAccount},
    store,
};
use crate::{
    Account, Caller, Error, Result, SessionPolicy, StoredAccounts, TokenError,
    accounts::{
        service::{self, apply, finish},
        store as accounts,
    },
    audit, one_time,
    passwords::Password,
    sessions::store as sessions,
};

/// What administrators do with the accounts of others. Object-safe: share it as `Arc<dyn AccountAdministration>`.
///
/// Who may do what to whom is not judged here, but for what nobody may: shut out, demote or delete himself, or let the last
/// active superuser go. Whoever judges it does so in one transaction with the deed, after [`AccountAdministration::lock`].
#[async_trait]
pub trait AccountAdministration: Send + Sync {
    /// The accounts that are wanted; by id, where no other order is.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn list(&self, request: &ListRequest<AccountField>) -> Result<Page<Account>>;

    /// Hashes a password, for [`AccountAdministration::create`] and [`AccountAdministration::update`]. Nobody hashes
    /// inside of a transaction.
    ///
    /// # Errors
    /// [`Error::Busy`].
    async fn hash(&self, password: &Password) -> Result<HashedPassword>;

    /// Reads who acts and on whom, and lets neither change before the transaction around this ends. So what is judged by
    /// it still holds when it is done, however long ago the request began.
    ///
    /// # Errors
    /// [`Error::InvalidToken`] with [`TokenError::UnknownAccount`] or [`TokenError::InactiveAccount`] if whoever acts
    /// is gone or shut out by now, and under the strict policy with [`TokenError::Revoked`] if the session in which he
    /// acts has ended; [`Error::NotFound`] if the other account is gone.
    async fn lock(&self, by: &Caller, target: AccountId) -> Result<LockedAccounts>;

    /// Makes an account for somebody else. Opens no session and sends no mail.
    ///
    /// # Errors
    /// [`Error::Taken`] if the address, or a user name that was given, is in use.
    async fn create(&self, by: &Caller, new: NewManagedAccount) -> Result<Account>;

    /// Changes what the patch names. A new password, and shutting the account out, end its sessions as
    /// [`Passwords::set`](crate::Passwords::set) and [`Accounts::set_active`](crate::Accounts::set_active) do; who sets his
    /// own password keeps the session in which he does so.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Taken`]; [`Error::SelfAction`] for shutting out himself, or another role of his own;
    /// [`Error::LastSuperuser`].
    async fn update(
        &self,
        by: &Caller,
        id: AccountId,
        patch: ManagedAccountPatch,
    ) -> Result<Account>;

    /// Shuts an account out if it is active, and lets it in if it is not. Of two at the same moment the later one undoes
    /// what the earlier one did.
    ///
    /// # Errors
    /// As [`AccountAdministration::update`].
    async fn toggle_active(&self, by: &Caller, id: AccountId) -> Result<Account>;

    /// Deletes an account with its sessions and tokens.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::SelfAction`]; [`Error::LastSuperuser`].
    async fn delete(&self, by: &Caller, id: AccountId) -> Result<()>;
}

#[async_trait]
impl AccountAdministration for StoredAccounts {
    async fn list(&self, request: &ListRequest<AccountField>) -> Result<Page<Account>> {
        let mut conn = if request.needs_scan() {
            self.db.scan().await?
        } else {
            self.db.read().await?
        };
        Ok(store::list(&mut conn, request).await?)
    }

    async fn hash(&self, password: &Password) -> Result<HashedPassword> {
        Ok(HashedPassword(self.hasher.hash(password).await?))
    }

    async fn lock(&self, by: &Caller, target: AccountId) -> Result<LockedAccounts> {
        let mut tx = self.db.begin().await?;
        let outcome = lock(&mut tx, by, target, self.policy).await;
        finish(tx, outcome).await
    }

    async fn create(&self, by: &Caller, new: NewManagedAccount) -> Result<Account> {
        let (new, HashedPassword(hash)) = new.into_parts();
        let account = self.insert_with_retry(&new, Some(&hash)).await?;
        audit::record_by("account made", by.account.id, account.id);
        Ok(account)
    }

    async fn update(
        &self,
        by: &Caller,
        id: AccountId,
        patch: ManagedAccountPatch,
    ) -> Result<Account> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let outcome = change(&mut tx, (by, id), patch, self.policy, now).await;
        finish(tx, outcome).await
    }

    async fn toggle_active(&self, by: &Caller, id: AccountId) -> Result<Account> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let outcome = async {
            let locked = lock(&mut tx, by, id, self.policy).await?;
            let is_active = !locked.target.is_active;
            set_active(&mut tx, (by, id), is_active, self.policy, now).await
        }
        .await;
        finish(tx, outcome).await
    }

    async fn delete(&self, by: &Caller, id: AccountId) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let outcome = async {
            reject_self_action(by, id)?;
            service::delete(&mut tx, id).await?;
            record_on_commit(&mut tx, "deletion", by, id);
            Ok(())
        }
        .await;
        finish(tx, outcome).await
    }
}

async fn lock(
    tx: &mut Tx,
    by: &Caller,
    target: AccountId,
    policy: SessionPolicy,
) -> Result<LockedAccounts> {
    let actor = by.account.id;
    let locked = store::lock(tx, [actor, target]).await?;
    let find = |id| locked.iter().find(|account| account.id == id).cloned();
    let actor = find(actor).ok_or(Error::InvalidToken(TokenError::UnknownAccount))?;
    if !actor.is_active {
        return Err(Error::InvalidToken(TokenError::InactiveAccount));
    }
    // Whoever ends sessions locks their account first, as was done here: what is open now stays so.
    if policy == SessionPolicy::Strict && !sessions::is_open(tx, &by.session).await? {
        return Err(Error::InvalidToken(TokenError::Revoked));
    }
    let target = find(target).ok_or(Error::NotFound)?;
    Ok(LockedAccounts { actor, target })
}

/// Changes an account in the caller's transaction. Whether it is active comes first: that may lock all superusers, whose
/// turn is before any single account's.
async fn change(
    tx: &mut Tx,
    (by, id): (&Caller, AccountId),
    patch: ManagedAccountPatch,
    policy: SessionPolicy,
    now: Timestamp,
) -> Result<Account> {
    let before = accounts::by_id(tx, id).await?.ok_or(Error::NotFound)?;
    match patch.is_active {
        Some(is_active) if is_active != before.is_active => {
            set_active(tx, (by, id), is_active, policy, now).await?;
        }
        _ => {}
    }
    if let Some(HashedPassword(hash)) = &patch.password {
        accounts::set_password_hash(tx, id, Some(hash), now).await?;
        one_time::store::delete_all(tx, id).await?;
        if policy == SessionPolicy::Strict {
            let except = (by.account.id == id).then_some(&by.session);
            sessions::revoke_all(tx, id, except, now).await?;
        }
        record_on_commit(tx, "password set", by, id);
    }
    match &patch.role {
        Some(role) if *role != before.role => {
            reject_self_action(by, id)?;
            store::set_role(tx, id, role, now).await?;
            record_on_commit(tx, "role change", by, id);
        }
        _ => {}
    }
    apply(tx, id, patch.account, now).await
}

async fn set_active(
    tx: &mut Tx,
    (by, id): (&Caller, AccountId),
    is_active: bool,
    policy: SessionPolicy,
    now: Timestamp,
) -> Result<Account> {
    if !is_active {
        reject_self_action(by, id)?;
    }
    let account = service::set_active(tx, id, is_active, policy, now).await?;
    let what = if is_active {
        "activation"
    } else {
        "deactivation"
    };
    record_on_commit(tx, what, by, id);
    Ok(account)
}

fn reject_self_action(by: &Caller, id: AccountId) -> Result<()> {
    if by.account.id == id {
        return Err(Error::SelfAction);
    }
    Ok(())
}

/// Logs what is done once it is kept.
fn record_on_commit(tx: &mut Tx, what: &'static str, by: &Caller, id: AccountId) {
    let actor = by.account.id;
    tx.on_commit(move || audit::record_by(what, actor, id));
}
