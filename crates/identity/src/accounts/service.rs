//! Accounts: create, read, change and delete.

use std::sync::Arc;

use async_trait::async_trait;
use loggia_db::{Db, Error as DbError, Tx};
use loggia_kernel::{
    AccountId, Change, Clock, Email, Page, PageRequest, Slug, Timestamp, Username,
};

use super::{
    insertion::insert,
    model::{Account, AccountPatch, ChangedRow, NewAccount, NewUsername, UniqueValues},
    names, store,
};
use crate::{
    Error, Field, Result, SessionPolicy, audit, one_time,
    orgs::{
        self, personal,
        removal::{Removal, leave_groups},
    },
    passwords::Hasher,
    sessions::store as sessions,
};

/// Accounts: create, read, change and delete. Object-safe: share it as `Arc<dyn Accounts>`.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// Creates an account with a personal organization, and returns it as stored. Opens no session and sends no email.
    ///
    /// The caller checks the password's strength ([`crate::Passwords::weaknesses`]) together with the other fields.
    ///
    /// # Errors
    /// [`Error::Taken`] if the email address, or a given user name, is in use; [`Error::Busy`].
    async fn register(&self, new: NewAccount) -> Result<Account>;

    /// Returns the account with this id.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the account does not exist.
    async fn by_id(&self, id: AccountId) -> Result<Account>;

    /// Finds an account by its email address, case-insensitively.
    ///
    /// # Errors
    /// [`Error::NotFound`] if no account has the address.
    async fn by_email(&self, email: &Email) -> Result<Account>;

    /// Finds an account by its user name, case-sensitively.
    ///
    /// # Errors
    /// [`Error::NotFound`] if no account has the user name.
    async fn by_username(&self, username: &Username) -> Result<Account>;

    /// Returns a page of all accounts, ordered by id.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn list(&self, page: PageRequest) -> Result<Page<Account>>;

    /// Returns the accounts after `last` in the order of their ids, or the first accounts. At most
    /// [`PageRequest::MAX_LIMIT`], fewer only at the end.
    ///
    /// Keyset pagination, for iterating over all accounts: every step has the same cost and nothing is counted. SQLite
    /// reads on another thread than the calling one.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn list_after(&self, last: Option<AccountId>) -> Result<Vec<Account>>;

    /// Returns whether a superuser exists, active or not.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn has_superuser(&self) -> Result<bool>;

    /// Returns the fields whose values another account has, for reporting them together with other validation errors.
    /// The unique constraints decide when the account is written.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn taken(&self, values: UniqueValues<'_>) -> Result<Vec<Field>>;

    /// Returns whether no account other than `except` has this user name, compared case-insensitively.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn is_username_free(&self, username: &str, except: Option<AccountId>) -> Result<bool>;

    /// Changes the fields that the patch contains.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Taken`] for a user name or email address of another account.
    async fn update(&self, id: AccountId, patch: AccountPatch) -> Result<Account>;

    /// Activates or deactivates an account. Deactivation revokes its sessions.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::LastSuperuser`]; [`Error::SoleOwner`].
    async fn set_active(&self, id: AccountId, is_active: bool) -> Result<Account>;

    /// Deletes an account with its sessions, its tokens and its personal organization. Also deletes the groups of which
    /// it is the only member, with their contents.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::LastSuperuser`]; [`Error::SoleOwner`].
    async fn delete(&self, id: AccountId) -> Result<()>;
}

/// [`Accounts`] stored in the database.
pub struct StoredAccounts {
    pub(super) db: Db,
    pub(super) hasher: Hasher,
    pub(super) policy: SessionPolicy,
    pub(super) clock: Arc<dyn Clock>,
}

/// Attempts to find a free derived name. Each attempt starts after all names in use, so only this many concurrent
/// registrations of the same name can exhaust them.
const MAX_TRIES: u32 = 64;

/// Attempts to delete an account when its transaction conflicts with another one.
const MAX_TRIES_TO_DELETE: u32 = 4;

impl StoredAccounts {
    /// Creates the service on this database.
    pub fn new(db: Db, hasher: Hasher, policy: SessionPolicy, clock: Arc<dyn Clock>) -> Self {
        Self {
            db,
            hasher,
            policy,
            clock,
        }
    }

    /// Performs one attempt: chooses the names and writes the row in one transaction.
    async fn insert(&self, new: &NewAccount, password_hash: Option<&str>) -> Result<Account> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let outcome = insert(&mut tx, new, password_hash, now).await;
        finish(tx, outcome).await
    }

    async fn change(&self, id: AccountId, patch: AccountPatch) -> Result<Account> {
        let mut tx = self.db.begin().await?;
        let outcome = apply(&mut tx, id, patch, self.clock.now()).await;
        finish(tx, outcome).await
    }

    /// Retries until a derived name is free.
    pub(super) async fn insert_with_retry(
        &self,
        new: &NewAccount,
        password_hash: Option<&str>,
    ) -> Result<Account> {
        let is_given = matches!(new.username, NewUsername::Given(_));
        for _ in 1..MAX_TRIES {
            match self.insert(new, password_hash).await {
                // A concurrent request took the derived name. Try the next one.
                Err(Error::Store(DbError::Unique(key))) if is_derived(&key) => {}
                Err(Error::Taken {
                    field: Field::Username,
                }) if !is_given => {}
                outcome => return outcome,
            }
        }
        self.insert(new, password_hash).await
    }
}

#[async_trait]
impl Accounts for StoredAccounts {
    async fn register(&self, new: NewAccount) -> Result<Account> {
        // Hash before opening the transaction: it takes tens of milliseconds, and SQLite has one writer at a time.
        let password_hash = match &new.password {
            Some(password) => Some(self.hasher.hash(password).await?),
            None => None,
        };
        let outcome = self.insert_with_retry(&new, password_hash.as_deref()).await;
        if let Ok(account) = &outcome {
            audit::record("registration", account.id);
        }
        outcome
    }

    async fn by_id(&self, id: AccountId) -> Result<Account> {
        let mut conn = self.db.read().await?;
        store::by_id(&mut conn, id).await?.ok_or(Error::NotFound)
    }

    async fn by_email(&self, email: &Email) -> Result<Account> {
        let mut conn = self.db.read().await?;
        store::by_email(&mut conn, email)
            .await?
            .ok_or(Error::NotFound)
    }

    async fn by_username(&self, username: &Username) -> Result<Account> {
        let mut conn = self.db.read().await?;
        store::by_username(&mut conn, username)
            .await?
            .ok_or(Error::NotFound)
    }

    async fn list(&self, page: PageRequest) -> Result<Page<Account>> {
        let mut conn = self.db.read().await?;
        Ok(store::list(&mut conn, page).await?)
    }

    async fn list_after(&self, last: Option<AccountId>) -> Result<Vec<Account>> {
        let mut conn = self.db.scan().await?;
        Ok(store::list_after(&mut conn, last, PageRequest::MAX_LIMIT).await?)
    }

    async fn has_superuser(&self) -> Result<bool> {
        let mut conn = self.db.read().await?;
        Ok(store::has_superuser(&mut conn).await?)
    }

    async fn taken(&self, values: UniqueValues<'_>) -> Result<Vec<Field>> {
        let mut conn = self.db.read().await?;
        let mut taken = Vec::new();
        if let Some(username) = values.username
            && store::is_username_taken(&mut conn, username, values.except).await?
        {
            taken.push(Field::Username);
        }
        if let Some(email) = values.email
            && store::is_email_taken(&mut conn, email, values.except).await?
        {
            taken.push(Field::Email);
        }
        Ok(taken)
    }

    async fn is_username_free(&self, username: &str, except: Option<AccountId>) -> Result<bool> {
        if username.contains('\0') {
            // No account can have this name, and PostgreSQL rejects the query.
            return Ok(true);
        }
        let mut conn = self.db.read().await?;
        let folded = username.to_lowercase();
        Ok(!store::is_folded_username_taken(&mut conn, &folded, except).await?)
    }

    async fn update(&self, id: AccountId, patch: AccountPatch) -> Result<Account> {
        for _ in 1..MAX_TRIES {
            match self.change(id, patch.clone()).await {
                // A concurrent request took the derived slug. Try the next one.
                Err(Error::Store(DbError::Unique(key))) if is_derived(&key) => {}
                outcome => return outcome,
            }
        }
        self.change(id, patch).await
    }

    async fn set_active(&self, id: AccountId, is_active: bool) -> Result<Account> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let outcome = set_active(&mut tx, id, is_active, self.policy, now).await;
        let account = finish(tx, outcome).await?;
        let what = if is_active {
            "activation"
        } else {
            "deactivation"
        };
        audit::record(what, id);
        Ok(account)
    }

    async fn delete(&self, id: AccountId) -> Result<()> {
        for _ in 1..MAX_TRIES_TO_DELETE {
            match self.try_delete(id).await {
                // A concurrent transaction wrote rows that belong to the account, which caused a deadlock.
                Err(Error::Store(DbError::Conflict)) => {}
                outcome => return outcome,
            }
        }
        self.try_delete(id).await
    }
}

impl StoredAccounts {
    /// Performs one attempt in its own transaction.
    async fn try_delete(&self, id: AccountId) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let outcome = delete(&mut tx, id).await;
        finish(tx, outcome).await?;
        audit::record("deletion", id);
        Ok(())
    }
}

/// Returns whether the unique constraint covers a derived value, so that a retry derives another one.
fn is_derived(key: &str) -> bool {
    key == store::SLUG_KEY || key == orgs::store::SLUG_KEY
}

/// Commits the transaction if the outcome is a success, otherwise rolls it back.
pub(crate) async fn finish<T>(tx: Tx, outcome: Result<T>) -> Result<T> {
    match outcome {
        Ok(value) => {
            tx.commit().await?;
            Ok(value)
        }
        Err(error) => Err(tx.abandon(error).await),
    }
}

/// Changes an account in the caller's transaction.
pub(crate) async fn apply(
    tx: &mut Tx,
    id: AccountId,
    patch: AccountPatch,
    now: Timestamp,
) -> Result<Account> {
    if patch.username.is_some() && patch.is_slug_renewed {
        // References to the slug change with it, mostly in the personal organization. The lock order is the same
        // everywhere: account, organization, contents of the organization.
        store::lock_for_removal(tx, id).await?;
        personal::lock(tx, id).await?;
    }
    let (before, _) = store::lock(tx, id).await?.ok_or(Error::NotFound)?;
    let is_email_new = match &patch.email {
        Change::Keep => false,
        Change::Clear => before.email.is_some(),
        Change::Set(email) => before.email.as_ref() != Some(email),
    };
    let slug = match &patch.username {
        Some(username) if patch.is_slug_renewed => {
            Some(names::free_slug(tx, username, Some(id)).await?)
        }
        _ => None,
    };
    let is_slug_new = slug.is_some();
    let row = ChangedRow {
        search_folded: Some(search_text_after(&before, &patch)),
        ..changed_row(patch, slug, now)
    };
    let account = store::update(tx, id, &row).await?;
    if is_slug_new {
        personal::rename(tx, &account, now).await?;
    }
    if is_email_new {
        one_time::store::delete_all(tx, id).await?;
    }
    Ok(account)
}

/// Returns the searchable text of the account after the change.
fn search_text_after(before: &Account, patch: &AccountPatch) -> String {
    names::search_text(
        patch.username.as_ref().unwrap_or(&before.username),
        match &patch.email {
            Change::Keep => before.email.as_ref(),
            Change::Clear => None,
            Change::Set(email) => Some(email),
        },
        patch.first_name.as_ref().unwrap_or(&before.first_name),
        patch.last_name.as_ref().unwrap_or(&before.last_name),
    )
}

fn changed_row(patch: AccountPatch, slug: Option<Slug>, now: Timestamp) -> ChangedRow {
    let email = patch.email.into_column();
    ChangedRow {
        username_folded: patch.username.as_ref().map(Username::folded),
        username: patch.username,
        slug,
        email_folded: email
            .as_ref()
            .map(|email| email.as_ref().map(Email::folded)),
        email,
        first_name: patch.first_name,
        last_name: patch.last_name,
        phone_number: patch.phone_number,
        search_folded: None,
        company_name: patch.company_name,
        about: patch.about,
        location: patch.location,
        updated_at: now,
    }
}

/// Activates or deactivates an account in the caller's transaction. Every path that does so must call this function.
///
/// # Errors
/// As [`Accounts::set_active`].
pub(super) async fn set_active(
    tx: &mut Tx,
    id: AccountId,
    is_active: bool,
    policy: SessionPolicy,
    now: Timestamp,
) -> Result<Account> {
    if !is_active {
        require_other_superuser(tx, id).await?;
        leave_groups(tx, id, Removal::Deactivation).await?;
    }
    let account = store::set_active(tx, id, is_active, now)
        .await?
        .ok_or(Error::NotFound)?;
    if !is_active {
        one_time::store::delete_all(tx, id).await?;
        if policy == SessionPolicy::Strict {
            sessions::revoke_all(tx, id, None, now).await?;
        }
    }
    Ok(account)
}

/// Deletes an account in the caller's transaction. Every path that does so must call this function.
///
/// # Errors
/// As [`Accounts::delete`].
pub(super) async fn delete(tx: &mut Tx, id: AccountId) -> Result<()> {
    require_other_superuser(tx, id).await?;
    leave_groups(tx, id, Removal::Deletion).await?;
    if store::delete(tx, id).await? {
        Ok(())
    } else {
        Err(Error::NotFound)
    }
}

/// Returns an error if the account is the last active superuser. The rows are locked, which serializes concurrent
/// deactivations.
async fn require_other_superuser(tx: &mut Tx, leaving: AccountId) -> Result<()> {
    let active = store::lock_active_superusers(tx).await?;
    if active == [leaving] {
        return Err(Error::LastSuperuser);
    }
    Ok(())
}
