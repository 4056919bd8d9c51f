//! Accounts: create, read, change and delete.

use std::sync::Arc;

use async_trait::async_trait;
use loggia_db::Work;
use loggia_kernel::{AccountId, Clock, Email, Page, PageRequest, Username};

use super::{changes, insertion::insert_with_retry, lifecycle};
use crate::{
    Account, AccountPatch, Error, Field, NewAccount, Result, SessionPolicy, UniqueValues, audit,
    passwords::Hasher, store::accounts as store,
};

/// Accounts: create, read, change and delete. Object-safe: share it as `Arc<dyn Accounts>`.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// Creates an account with a personal organization, and returns it as stored. Opens no session and sends no email.
    /// Call it outside a transaction if the account has a password, because it hashes.
    ///
    /// The caller checks the password's strength ([`crate::Passwords::weaknesses`]) together with the other fields.
    ///
    /// # Errors
    /// [`Error::Taken`] if the email address, or a given user name, is in use; [`Error::Busy`].
    async fn register(&self, work: &mut Work, new: NewAccount) -> Result<Account>;

    /// Returns the account with this id.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the account does not exist.
    async fn by_id(&self, work: &mut Work, id: AccountId) -> Result<Account>;

    /// Finds an account by its email address, case-insensitively.
    ///
    /// # Errors
    /// [`Error::NotFound`] if no account has the address.
    async fn by_email(&self, work: &mut Work, email: &Email) -> Result<Account>;

    /// Finds an account by its user name, case-sensitively.
    ///
    /// # Errors
    /// [`Error::NotFound`] if no account has the user name.
    async fn by_username(&self, work: &mut Work, username: &Username) -> Result<Account>;

    /// Returns a page of all accounts, ordered by id.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn list(&self, work: &mut Work, page: PageRequest) -> Result<Page<Account>>;

    /// Returns the accounts after `last` in the order of their ids, or the first accounts. At most
    /// [`PageRequest::MAX_LIMIT`], fewer only at the end.
    ///
    /// Keyset pagination, for iterating over all accounts: every step has the same cost and nothing is counted. SQLite
    /// reads on another thread than the calling one.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn list_after(&self, work: &mut Work, last: Option<AccountId>) -> Result<Vec<Account>>;

    /// Returns whether a superuser exists, active or not.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn has_superuser(&self, work: &mut Work) -> Result<bool>;

    /// Returns the fields whose values another account has, for reporting them together with other validation errors.
    /// The unique constraints decide when the account is written.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn taken(&self, work: &mut Work, values: UniqueValues<'_>) -> Result<Vec<Field>>;

    /// Returns whether no account other than `except` has this user name, compared case-insensitively.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn is_username_free(
        &self,
        work: &mut Work,
        username: &str,
        except: Option<AccountId>,
    ) -> Result<bool>;

    /// Changes the fields that the patch contains.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Taken`] for a user name or email address of another account.
    async fn update(&self, work: &mut Work, id: AccountId, patch: AccountPatch) -> Result<Account>;

    /// Activates or deactivates an account. Deactivation revokes its sessions.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::LastSuperuser`]; [`Error::SoleOwner`].
    async fn set_active(&self, work: &mut Work, id: AccountId, is_active: bool) -> Result<Account>;

    /// Deletes an account with its sessions, its tokens and its personal organization. Also deletes the groups of which
    /// it is the only member, with their contents.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::LastSuperuser`]; [`Error::SoleOwner`].
    async fn delete(&self, work: &mut Work, id: AccountId) -> Result<()>;
}

/// [`Accounts`] stored in the database.
pub struct StoredAccounts {
    pub(super) hasher: Hasher,
    pub(super) policy: SessionPolicy,
    pub(super) clock: Arc<dyn Clock>,
}

impl StoredAccounts {
    /// Creates the service.
    pub fn new(hasher: Hasher, policy: SessionPolicy, clock: Arc<dyn Clock>) -> Self {
        Self { hasher, policy, clock }
    }
}

#[async_trait]
impl Accounts for StoredAccounts {
    async fn register(&self, work: &mut Work, new: NewAccount) -> Result<Account> {
        // Never hash inside a transaction: it takes tens of milliseconds, and SQLite has one writer at a time.
        let password_hash = match &new.password {
            Some(password) => Some(self.hasher.hash(password).await?),
            None => None,
        };
        let now = self.clock.now();
        let account = insert_with_retry(work, &new, password_hash.as_deref(), now).await?;
        audit::record(work, "registration", account.id);
        Ok(account)
    }

    async fn by_id(&self, work: &mut Work, id: AccountId) -> Result<Account> {
        store::by_id(work, id).await?.ok_or(Error::NotFound)
    }

    async fn by_email(&self, work: &mut Work, email: &Email) -> Result<Account> {
        store::by_email(work, email).await?.ok_or(Error::NotFound)
    }

    async fn by_username(&self, work: &mut Work, username: &Username) -> Result<Account> {
        store::by_username(work, username).await?.ok_or(Error::NotFound)
    }

    async fn list(&self, work: &mut Work, page: PageRequest) -> Result<Page<Account>> {
        Ok(store::list(work, page).await?)
    }

    async fn list_after(&self, work: &mut Work, last: Option<AccountId>) -> Result<Vec<Account>> {
        Ok(store::list_after(&mut work.scan(), last, PageRequest::MAX_LIMIT).await?)
    }

    async fn has_superuser(&self, work: &mut Work) -> Result<bool> {
        Ok(store::has_superuser(work).await?)
    }

    async fn taken(&self, work: &mut Work, values: UniqueValues<'_>) -> Result<Vec<Field>> {
        let mut taken = Vec::new();
        if let Some(username) = values.username
            && store::is_username_taken(work, username, values.except).await?
        {
            taken.push(Field::Username);
        }
        if let Some(email) = values.email
            && store::is_email_taken(work, email, values.except).await?
        {
            taken.push(Field::Email);
        }
        Ok(taken)
    }

    async fn is_username_free(
        &self,
        work: &mut Work,
        username: &str,
        except: Option<AccountId>,
    ) -> Result<bool> {
        if username.contains('\0') {
            // No account can have this name, and PostgreSQL rejects the query.
            return Ok(true);
        }
        let folded = username.to_lowercase();
        Ok(!store::is_folded_username_taken(work, &folded, except).await?)
    }

    async fn update(&self, work: &mut Work, id: AccountId, patch: AccountPatch) -> Result<Account> {
        changes::update(work, id, &patch, self.clock.now()).await
    }

    async fn set_active(&self, work: &mut Work, id: AccountId, is_active: bool) -> Result<Account> {
        let now = self.clock.now();
        let account = work
            .transaction(async |work| {
                lifecycle::set_active(work, id, is_active, self.policy, now).await
            })
            .await?;
        audit::record(work, lifecycle::event(is_active), id);
        Ok(account)
    }

    async fn delete(&self, work: &mut Work, id: AccountId) -> Result<()> {
        work.transaction(async |work| lifecycle::delete(work, id).await).await?;
        audit::record(work, "deletion", id);
        Ok(())
    }
}
