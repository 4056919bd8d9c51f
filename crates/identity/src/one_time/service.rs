//! Creation and use of one-time tokens.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use loggia_db::{Db, Tx};
use loggia_kernel::{AccountId, Change, Clock, Email, Timestamp, Username};
use rand::RngExt;

use super::{
    model::{IssuedToken, PasswordReset, Purpose},
    store,
};
use crate::{
    Account, AccountPatch, Accounts, EmailKind, EmailOutbox, EmailRequest, Error, LinkError,
    PURGE_LIMIT, Result, SessionPolicy,
    accounts::{service::finish, store as accounts},
    audit,
    passwords::{Hasher, Policy, UserAttributes},
    secret::digest,
    sessions::store as sessions,
};

/// Creation and use of one-time tokens. Object-safe: share it as `Arc<dyn OneTimeTokens>`.
#[async_trait]
pub trait OneTimeTokens: Send + Sync {
    /// Enqueues an email with a token. Does the same work whether or not the account exists, and does not reveal it:
    /// the worker that renders the email looks the account up.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn request(&self, email: &EmailRequest) -> Result<()>;

    /// Creates the token of an email, valid until `expires_at`. Replaces a pending token. Returns `None` if no email
    /// may be sent: the account does not exist, is inactive, or has no password (resets only).
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn issue(&self, kind: &EmailKind, expires_at: Timestamp) -> Result<Option<IssuedToken>>;

    /// Creates a token that activates an account, valid until `expires_at`.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the account does not exist or has no email address.
    async fn issue_activation(
        &self,
        account: AccountId,
        expires_at: Timestamp,
    ) -> Result<IssuedToken>;

    /// Sets a new password. Under [`SessionPolicy::Strict`] all sessions of the account are revoked.
    ///
    /// # Errors
    /// In this order: [`Error::NotFound`] if the given owner does not exist, [`Error::InvalidLink`],
    /// [`Error::WeakPassword`], [`Error::Busy`]. Only a success consumes the token.
    async fn reset_password(&self, reset: PasswordReset<'_>) -> Result<Account>;

    /// Sets a new user name.
    ///
    /// # Errors
    /// As [`OneTimeTokens::reset_password`], and [`Error::Taken`].
    async fn reset_username(
        &self,
        token: &str,
        owner: AccountId,
        username: Username,
    ) -> Result<Account>;

    /// Activates an account.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the owner does not exist; [`Error::InvalidLink`]; [`Error::AlreadyActive`].
    async fn activate(&self, token: &str, owner: AccountId) -> Result<Account>;

    /// Sets the account's email address to the one that received the token.
    ///
    /// # Errors
    /// [`Error::InvalidLink`]; [`Error::Taken`] if another account has the address. The token is deleted then.
    async fn change_email(&self, token: &str) -> Result<Account>;

    /// Deletes tokens that expired more than a day ago. Until then, expired tokens are distinguished from unknown ones.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn purge(&self) -> Result<usize>;
}

/// [`OneTimeTokens`] stored in the database.
pub struct StoredOneTimeTokens {
    db: Db,
    accounts: Arc<dyn Accounts>,
    hasher: Hasher,
    passwords: Policy,
    policy: SessionPolicy,
    outbox: Arc<dyn EmailOutbox>,
    clock: Arc<dyn Clock>,
}

/// A pending token that was looked up.
pub(crate) struct PendingToken {
    account: Account,
    new_email: Option<Email>,
    digest: String,
}

impl StoredOneTimeTokens {
    /// Creates the service on this database.
    pub fn new(
        db: Db,
        accounts: Arc<dyn Accounts>,
        hasher: Hasher,
        (passwords, policy): (Policy, SessionPolicy),
        outbox: Arc<dyn EmailOutbox>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            db,
            accounts,
            hasher,
            passwords,
            policy,
            outbox,
            clock,
        }
    }

    /// Looks a token up without consuming it.
    async fn find(
        &self,
        purpose: Purpose,
        token: &str,
        owner: Option<AccountId>,
    ) -> Result<PendingToken> {
        if let Some(owner) = owner {
            self.accounts.by_id(owner).await?;
        }
        let digest = digest(token);
        let pending = {
            let mut conn = self.db.read().await?;
            store::find(&mut conn, purpose, &digest).await?
        };
        let Some((account, expires_at, new_email)) = pending else {
            return Err(Error::InvalidLink(LinkError::Invalid));
        };
        if owner.is_some_and(|owner| owner != account.id) {
            return Err(Error::InvalidLink(LinkError::Invalid));
        }
        if expires_at < self.clock.now() {
            let mut conn = self.db.write().await?;
            store::consume(&mut conn, purpose, &digest).await?;
            return Err(Error::InvalidLink(LinkError::Expired));
        }
        Ok(PendingToken {
            account,
            new_email,
            digest,
        })
    }

    async fn issue_in(
        &self,
        tx: &mut Tx,
        kind: &EmailKind,
        expires_at: Timestamp,
    ) -> Result<Option<IssuedToken>> {
        let (purpose, account, to) = match kind {
            EmailKind::PasswordReset(email) | EmailKind::UsernameReset(email) => {
                let purpose = match kind {
                    EmailKind::PasswordReset(_) => Purpose::PasswordReset,
                    EmailKind::UsernameReset(_) | EmailKind::EmailChange { .. } => {
                        Purpose::UsernameReset
                    }
                };
                match resettable(tx, email).await? {
                    Some((account, to)) => (purpose, account, to),
                    None => return Ok(None),
                }
            }
            EmailKind::EmailChange { account, new_email } => {
                match accounts::lock(tx, *account).await? {
                    Some((account, _)) if account.is_active => {
                        (Purpose::EmailChange, account, new_email.clone())
                    }
                    _ => return Ok(None),
                }
            }
        };
        self.create_token(tx, account, purpose, to, expires_at)
            .await
            .map(Some)
    }

    /// Creates a token for an account. The caller has locked the account, so the conditions for the token still hold.
    async fn create_token(
        &self,
        tx: &mut Tx,
        account: Account,
        purpose: Purpose,
        to: Email,
        expires_at: Timestamp,
    ) -> Result<IssuedToken> {
        let token = URL_SAFE_NO_PAD.encode(rand::rng().random::<[u8; 32]>());
        let new_email = (purpose == Purpose::EmailChange).then_some(&to);
        let (digest, now) = (digest(&token), self.clock.now());
        store::replace(tx, account.id, purpose, &digest, new_email, now, expires_at).await?;
        Ok(IssuedToken {
            account,
            to,
            token,
            expires_at,
        })
    }
}

/// Returns the account whose password or user name may be reset, with its stored email address. The account must have a
/// usable password: Django marks removed passwords with `!`. Source: Django 5.2.19, `contrib/auth/hashers.py`,
/// `is_password_usable`.
async fn resettable(tx: &mut Tx, email: &Email) -> Result<Option<(Account, Email)>> {
    let found = accounts::lock_by_email(tx, &email.folded()).await?;
    Ok(match found {
        Some((account, Some(hash))) if account.is_active && !hash.starts_with('!') => {
            account.email.clone().map(|email| (account, email))
        }
        _ => None,
    })
}

/// Consumes the token and performs its operation in one transaction.
async fn redeem(tx: &mut Tx, purpose: Purpose, found: &PendingToken) -> Result<()> {
    accounts::lock(tx, found.account.id).await?;
    // A concurrent request consumed the token.
    if !store::consume(tx, purpose, &found.digest).await? {
        return Err(Error::InvalidLink(LinkError::Invalid));
    }
    store::delete_all(tx, found.account.id).await?;
    Ok(())
}

#[async_trait]
impl OneTimeTokens for StoredOneTimeTokens {
    async fn request(&self, email: &EmailRequest) -> Result<()> {
        Ok(self.outbox.enqueue(&mut self.db.work(), email).await?)
    }

    async fn issue(&self, kind: &EmailKind, expires_at: Timestamp) -> Result<Option<IssuedToken>> {
        let mut tx = self.db.begin().await?;
        let outcome = self.issue_in(&mut tx, kind, expires_at).await;
        finish(tx, outcome).await
    }

    async fn issue_activation(
        &self,
        account: AccountId,
        expires_at: Timestamp,
    ) -> Result<IssuedToken> {
        let mut tx = self.db.begin().await?;
        let outcome = async {
            let (account, _) = accounts::lock(&mut tx, account)
                .await?
                .ok_or(Error::NotFound)?;
            let to = account.email.clone().ok_or(Error::NotFound)?;
            self.create_token(&mut tx, account, Purpose::Activation, to, expires_at)
                .await
        }
        .await;
        finish(tx, outcome).await
    }

    async fn reset_password(&self, reset: PasswordReset<'_>) -> Result<Account> {
        let purpose = Purpose::PasswordReset;
        let found = self.find(purpose, reset.token, reset.owner).await?;
        let personal = UserAttributes::of(&found.account);
        let weaknesses = self.passwords.check(reset.password.expose(), &personal);
        if !weaknesses.is_empty() {
            return Err(Error::WeakPassword(weaknesses));
        }
        let hash = self.hasher.hash(reset.password).await?;
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let outcome = async {
            redeem(&mut tx, purpose, &found).await?;
            accounts::set_password_hash(&mut tx, found.account.id, Some(&hash), now).await?;
            if self.policy == SessionPolicy::Strict {
                sessions::revoke_all(&mut tx, found.account.id, None, now).await?;
            }
            Ok(found.account)
        }
        .await;
        let account = finish(tx, outcome).await?;
        audit::record("password reset", account.id);
        Ok(account)
    }

    async fn reset_username(
        &self,
        token: &str,
        owner: AccountId,
        username: Username,
    ) -> Result<Account> {
        let purpose = Purpose::UsernameReset;
        let found = self.find(purpose, token, Some(owner)).await?;
        let mut tx = self.db.begin().await?;
        let patch = AccountPatch {
            username: Some(username),
            ..AccountPatch::default()
        };
        let outcome = async {
            redeem(&mut tx, purpose, &found).await?;
            crate::accounts::service::apply(&mut tx, owner, patch, self.clock.now()).await
        }
        .await;
        let account = finish(tx, outcome).await?;
        audit::record("user name reset", account.id);
        Ok(account)
    }

    async fn activate(&self, token: &str, owner: AccountId) -> Result<Account> {
        let purpose = Purpose::Activation;
        let found = self.find(purpose, token, Some(owner)).await?;
        if found.account.is_active {
            return Err(Error::AlreadyActive);
        }
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let outcome = async {
            redeem(&mut tx, purpose, &found).await?;
            accounts::set_active(&mut tx, owner, true, now)
                .await?
                .ok_or(Error::NotFound)
        }
        .await;
        let account = finish(tx, outcome).await?;
        audit::record("activation", account.id);
        Ok(account)
    }

    async fn change_email(&self, token: &str) -> Result<Account> {
        let purpose = Purpose::EmailChange;
        let found = self.find(purpose, token, None).await?;
        let Some(new_email) = found.new_email.clone() else {
            return Err(Error::InvalidLink(LinkError::Invalid));
        };
        let patch = AccountPatch {
            email: Change::Set(new_email),
            ..AccountPatch::default()
        };
        let mut tx = self.db.begin().await?;
        let outcome = async {
            redeem(&mut tx, purpose, &found).await?;
            crate::accounts::service::apply(&mut tx, found.account.id, patch, self.clock.now())
                .await
        }
        .await;
        let outcome = finish(tx, outcome).await;
        if let Err(Error::Taken { .. }) = outcome {
            let mut conn = self.db.write().await?;
            store::consume(&mut conn, purpose, &found.digest).await?;
        }
        let account = outcome?;
        audit::record("e-mail change", account.id);
        Ok(account)
    }

    async fn purge(&self) -> Result<usize> {
        let before = self.clock.now().minus(Duration::from_secs(24 * 60 * 60));
        let mut purged = 0;
        loop {
            let mut tx = self.db.begin().await?;
            let some = store::purge(&mut tx, before, PURGE_LIMIT).await;
            let some = finish(tx, some.map_err(Into::into)).await?;
            purged += some;
            if some == 0 {
                return Ok(purged);
            }
        }
    }
}
