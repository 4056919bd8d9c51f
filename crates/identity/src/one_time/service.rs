//! Creation and use of one-time tokens.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use loggia_db::Work;
use loggia_kernel::{AccountId, Change, Clock, Timestamp, Username};

use super::{
    issue,
    redeem::{PendingToken, find, redeem},
};
use crate::{
    Account, AccountPatch, EmailKind, EmailOutbox, EmailRequest, Error, IssuedToken, LinkError,
    PURGE_LIMIT, PasswordReset, Purpose, Result, SessionPolicy,
    accounts::changes::apply,
    audit,
    passwords::{Hasher, Policy, UserAttributes},
    store::{accounts, one_time as store, sessions},
};

/// Creation and use of one-time tokens. Object-safe: share it as `Arc<dyn OneTimeTokens>`.
#[async_trait]
pub trait OneTimeTokens: Send + Sync {
    /// Enqueues an email with a token. Does the same work whether or not the account exists, and does not reveal it:
    /// the worker that renders the email looks the account up.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn request(&self, work: &mut Work, email: &EmailRequest) -> Result<()>;

    /// Creates the token of an email, valid until `expires_at`. Replaces a pending token. Returns `None` if no email
    /// may be sent: the account does not exist, is inactive, or has no password (resets only).
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn issue(
        &self,
        work: &mut Work,
        kind: &EmailKind,
        expires_at: Timestamp,
    ) -> Result<Option<IssuedToken>>;

    /// Creates a token that activates an account, valid until `expires_at`.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the account does not exist or has no email address.
    async fn issue_activation(
        &self,
        work: &mut Work,
        account: AccountId,
        expires_at: Timestamp,
    ) -> Result<IssuedToken>;

    /// Sets a new password. Under [`SessionPolicy::Strict`] all sessions of the account are revoked. Call it outside a
    /// transaction, because it hashes.
    ///
    /// # Errors
    /// In this order: [`Error::NotFound`] if the given owner does not exist, [`Error::InvalidLink`],
    /// [`Error::WeakPassword`], [`Error::Busy`]. Only a success consumes the token.
    async fn reset_password(&self, work: &mut Work, reset: PasswordReset<'_>) -> Result<Account>;

    /// Sets a new user name.
    ///
    /// # Errors
    /// As [`OneTimeTokens::reset_password`], and [`Error::Taken`].
    async fn reset_username(
        &self,
        work: &mut Work,
        token: &str,
        owner: AccountId,
        username: Username,
    ) -> Result<Account>;

    /// Activates an account.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the owner does not exist; [`Error::InvalidLink`]; [`Error::AlreadyActive`].
    async fn activate(&self, work: &mut Work, token: &str, owner: AccountId) -> Result<Account>;

    /// Sets the account's email address to the one that received the token.
    ///
    /// # Errors
    /// [`Error::InvalidLink`]; [`Error::Taken`] if another account has the address. The token is deleted then.
    async fn change_email(&self, work: &mut Work, token: &str) -> Result<Account>;

    /// Deletes tokens that expired more than a day ago. Until then, expired tokens are distinguished from unknown ones.
    /// Call it outside a transaction: it commits after each batch.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn purge(&self, work: &mut Work) -> Result<usize>;
}

/// [`OneTimeTokens`] stored in the database.
pub struct StoredOneTimeTokens {
    hasher: Hasher,
    passwords: Policy,
    policy: SessionPolicy,
    outbox: Arc<dyn EmailOutbox>,
    clock: Arc<dyn Clock>,
}

impl StoredOneTimeTokens {
    /// Creates the service with these policies.
    pub fn new(
        hasher: Hasher,
        (passwords, policy): (Policy, SessionPolicy),
        outbox: Arc<dyn EmailOutbox>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { hasher, passwords, policy, outbox, clock }
    }

    /// Consumes the token and changes its account in one transaction.
    async fn redeem_for(
        &self,
        work: &mut Work,
        (purpose, pending): (Purpose, &PendingToken),
        patch: &AccountPatch,
    ) -> Result<Account> {
        let now = self.clock.now();
        work.transaction(async |work| {
            redeem(work, purpose, pending).await?;
            apply(work, pending.account.id, patch, now).await
        })
        .await
    }
}

#[async_trait]
impl OneTimeTokens for StoredOneTimeTokens {
    async fn request(&self, work: &mut Work, email: &EmailRequest) -> Result<()> {
        Ok(self.outbox.enqueue(work, email).await?)
    }

    async fn issue(
        &self,
        work: &mut Work,
        kind: &EmailKind,
        expires_at: Timestamp,
    ) -> Result<Option<IssuedToken>> {
        let now = self.clock.now();
        work.transaction(async |work| issue::issue(work, kind, now, expires_at).await).await
    }

    async fn issue_activation(
        &self,
        work: &mut Work,
        account: AccountId,
        expires_at: Timestamp,
    ) -> Result<IssuedToken> {
        let now = self.clock.now();
        work.transaction(async |work| issue::issue_activation(work, account, now, expires_at).await)
            .await
    }

    async fn reset_password(&self, work: &mut Work, reset: PasswordReset<'_>) -> Result<Account> {
        let (purpose, now) = (Purpose::PasswordReset, self.clock.now());
        let pending = find(work, purpose, reset.token, reset.owner, now).await?;
        let attributes = UserAttributes::of(&pending.account);
        let weaknesses = self.passwords.check(reset.password.expose(), &attributes);
        if !weaknesses.is_empty() {
            return Err(Error::WeakPassword(weaknesses));
        }
        let hash = self.hasher.hash(reset.password).await?;
        let (id, now) = (pending.account.id, self.clock.now());
        work.transaction(async |work| {
            redeem(work, purpose, &pending).await?;
            accounts::set_password_hash(work, id, Some(&hash), now).await?;
            if self.policy == SessionPolicy::Strict {
                sessions::revoke_all(work, id, None, now).await?;
            }
            Ok::<_, Error>(())
        })
        .await?;
        audit::record(work, "password reset", id);
        Ok(pending.account)
    }

    async fn reset_username(
        &self,
        work: &mut Work,
        token: &str,
        owner: AccountId,
        username: Username,
    ) -> Result<Account> {
        let (purpose, now) = (Purpose::UsernameReset, self.clock.now());
        let pending = find(work, purpose, token, Some(owner), now).await?;
        let patch = AccountPatch { username: Some(username), ..AccountPatch::default() };
        let account = self.redeem_for(work, (purpose, &pending), &patch).await?;
        audit::record(work, "user name reset", account.id);
        Ok(account)
    }

    async fn activate(&self, work: &mut Work, token: &str, owner: AccountId) -> Result<Account> {
        let (purpose, now) = (Purpose::Activation, self.clock.now());
        let pending = find(work, purpose, token, Some(owner), now).await?;
        if pending.account.is_active {
            return Err(Error::AlreadyActive);
        }
        let account = work
            .transaction(async |work| {
                redeem(work, purpose, &pending).await?;
                accounts::set_active(work, owner, true, now).await?.ok_or(Error::NotFound)
            })
            .await?;
        audit::record(work, "activation", account.id);
        Ok(account)
    }

    async fn change_email(&self, work: &mut Work, token: &str) -> Result<Account> {
        let (purpose, now) = (Purpose::EmailChange, self.clock.now());
        let mut pending = find(work, purpose, token, None, now).await?;
        let Some(new_email) = pending.new_email.take() else {
            return Err(Error::InvalidLink(LinkError::Invalid));
        };
        let patch = AccountPatch { email: Change::Set(new_email), ..AccountPatch::default() };
        let outcome = self.redeem_for(work, (purpose, &pending), &patch).await;
        if let Err(Error::Taken { .. }) = outcome {
            store::consume(work, purpose, &pending.digest).await?;
        }
        let account = outcome?;
        audit::record(work, "e-mail change", account.id);
        Ok(account)
    }

    async fn purge(&self, work: &mut Work) -> Result<usize> {
        let before = self.clock.now().minus(Duration::from_secs(24 * 60 * 60));
        let mut purged = 0;
        loop {
            let batch = work
                .transaction(async |work| store::purge(work, before, PURGE_LIMIT).await)
                .await?;
            if batch == 0 {
                return Ok(purged);
            }
            purged += batch;
        }
    }
}
