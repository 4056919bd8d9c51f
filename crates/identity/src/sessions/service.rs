//! Login, logout, and authentication by token.

use async_trait::async_trait;
use loggia_db::Work;
use loggia_kernel::{AccountId, SessionId};

use super::{
    StoredSessions,
    login::{AuthenticatedAccount, LOGIN},
};
use crate::{
    Account, Caller, Error, LoginRequest, Member, PURGE_LIMIT, Result, SessionPolicy, Subject,
    TokenError, TokenPair, audit, signer::TokenKind, store::sessions as store,
};

/// Login, logout, and authentication by token. Object-safe: share it as `Arc<dyn Sessions>`.
///
/// A login opens a session, which its tokens reference. Each login computes exactly one password hash, whatever the
/// state of the account.
#[async_trait]
pub trait Sessions: Send + Sync {
    /// Logs in and returns signed tokens. Call this and [`Sessions::log_in_opaque`] outside a transaction, because they
    /// hash.
    ///
    /// # Errors
    /// [`Error::InvalidCredentials`]; [`Error::Throttled`]; [`Error::Busy`].
    async fn log_in(
        &self,
        work: &mut Work,
        request: &LoginRequest,
        subject: Subject,
    ) -> Result<(Account, TokenPair)>;

    /// Logs in and returns the account's opaque token: 40 hexadecimal digits, the same at each login until it is
    /// revoked.
    ///
    /// A token of the previous key is returned while that key is accepted, so that the account's other devices stay
    /// logged in. A token of any other key is replaced, together with its session.
    ///
    /// # Errors
    /// As [`Sessions::log_in`].
    async fn log_in_opaque(&self, work: &mut Work, request: &LoginRequest) -> Result<String>;

    /// Opens a session for an account that was authenticated without a password, for example by its registration.
    ///
    /// # Errors
    /// [`Error::InvalidCredentials`] if the account is inactive or does not exist.
    async fn open(&self, work: &mut Work, account: &Account, subject: Subject)
    -> Result<TokenPair>;

    /// Returns a new access token for a refresh token.
    ///
    /// # Errors
    /// [`Error::InvalidToken`]: with [`TokenError::UnknownAccount`] for a deleted account, with
    /// [`TokenError::InactiveAccount`] for an inactive one.
    async fn refresh(&self, work: &mut Work, refresh: &str, subject: Subject) -> Result<String>;

    /// Verifies a token of either kind. Under [`SessionPolicy::Strict`] its session must also be open.
    ///
    /// # Errors
    /// [`Error::InvalidToken`].
    async fn verify(&self, work: &mut Work, token: &str) -> Result<()>;

    /// Revokes the session of a refresh token, which must belong to `owner` if given.
    ///
    /// # Errors
    /// [`Error::InvalidToken`]: with [`TokenError::Invalid`] for a token of another account, with
    /// [`TokenError::Revoked`] for a revoked session.
    async fn blacklist(
        &self,
        work: &mut Work,
        refresh: &str,
        owner: Option<AccountId>,
    ) -> Result<()>;

    /// Returns the caller of an access token.
    ///
    /// # Errors
    /// [`Error::InvalidToken`].
    async fn caller(&self, work: &mut Work, access: &str) -> Result<Caller>;

    /// Returns the caller of an access token with their organizations, in one query.
    ///
    /// # Errors
    /// [`Error::InvalidToken`].
    async fn member(&self, work: &mut Work, access: &str) -> Result<Member>;

    /// Returns the caller of an opaque token.
    ///
    /// # Errors
    /// [`Error::InvalidToken`] with [`TokenError::Invalid`] or [`TokenError::InactiveAccount`].
    async fn opaque_caller(&self, work: &mut Work, token: &str) -> Result<Caller>;

    /// Revokes the caller's session. Has no effect on signed tokens under [`SessionPolicy::Django`].
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn revoke(&self, work: &mut Work, session: &SessionId) -> Result<()>;

    /// Revokes the account's opaque token, if it exists, on all devices. Django REST framework does the same.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn revoke_opaque(&self, work: &mut Work, account: AccountId) -> Result<()>;

    /// Deletes sessions whose tokens have all expired. Returns their number. Call it outside a transaction: it commits
    /// after each batch.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn purge(&self, work: &mut Work) -> Result<usize>;
}

/// Attempts at a login whose authentication was invalidated by a concurrent rehash of the same password. If the
/// password itself was changed, the second attempt fails.
const MAX_TRIES: u32 = 3;

#[async_trait]
impl Sessions for StoredSessions {
    async fn log_in(
        &self,
        work: &mut Work,
        request: &LoginRequest,
        subject: Subject,
    ) -> Result<(Account, TokenPair)> {
        for _ in 0..MAX_TRIES {
            let authenticated = self.authenticate(work, request).await?;
            let AuthenticatedAccount { account, hash } = authenticated;
            let opening = self.open_for(work, &account, Some(&hash), subject);
            if let Some(tokens) = opening.await? {
                audit::record(work, LOGIN, account.id);
                return Ok((account, tokens));
            }
        }
        Err(Error::InvalidCredentials)
    }

    async fn log_in_opaque(&self, work: &mut Work, request: &LoginRequest) -> Result<String> {
        for _ in 0..MAX_TRIES {
            let authenticated = self.authenticate(work, request).await?;
            let issuing =
                work.transaction(async |work| self.issue_opaque(work, &authenticated).await);
            if let Some(token) = issuing.await? {
                audit::record(work, LOGIN, authenticated.account.id);
                return Ok(token);
            }
        }
        Err(Error::InvalidCredentials)
    }

    async fn open(
        &self,
        work: &mut Work,
        account: &Account,
        subject: Subject,
    ) -> Result<TokenPair> {
        self.open_for(work, account, None, subject).await?.ok_or(Error::InvalidCredentials)
    }

    async fn refresh(&self, work: &mut Work, refresh: &str, subject: Subject) -> Result<String> {
        let now = self.clock.now();
        let bearer =
            self.signer.read(refresh, TokenKind::Refresh, now).map_err(Error::InvalidToken)?;
        let (account, revoked_at) = store::find(work, &bearer)
            .await?
            .ok_or(Error::InvalidToken(TokenError::UnknownAccount))?;
        // Checked first: under the strict policy the deactivation also revoked the sessions.
        if !account.is_active {
            return Err(Error::InvalidToken(TokenError::InactiveAccount));
        }
        if revoked_at.is_some() {
            return Err(Error::InvalidToken(TokenError::Revoked));
        }
        self.signer.sign(TokenKind::Access, &account, &bearer.session, subject, now)
    }

    async fn verify(&self, work: &mut Work, token: &str) -> Result<()> {
        self.verify_either(work, token).await
    }

    async fn blacklist(
        &self,
        work: &mut Work,
        refresh: &str,
        owner: Option<AccountId>,
    ) -> Result<()> {
        let now = self.clock.now();
        let bearer =
            self.signer.read(refresh, TokenKind::Refresh, now).map_err(Error::InvalidToken)?;
        let (account, _) = store::find(work, &bearer)
            .await?
            .filter(|(account, _)| owner.is_none_or(|owner| owner == account.id))
            .ok_or(Error::InvalidToken(TokenError::Invalid))?;
        // The update decides (compare-and-set): of two concurrent calls, one returns an error.
        if !store::revoke(work, &bearer.session, now).await? {
            return Err(Error::InvalidToken(TokenError::Revoked));
        }
        audit::record(work, "log-out", account.id);
        Ok(())
    }

    async fn caller(&self, work: &mut Work, access: &str) -> Result<Caller> {
        self.find_caller(work, access).await
    }

    async fn member(&self, work: &mut Work, access: &str) -> Result<Member> {
        self.find_member(work, access).await
    }

    async fn opaque_caller(&self, work: &mut Work, token: &str) -> Result<Caller> {
        self.find_opaque_caller(work, token).await
    }

    async fn revoke(&self, work: &mut Work, session: &SessionId) -> Result<()> {
        if self.settings.policy == SessionPolicy::Django {
            return Ok(());
        }
        let now = self.clock.now();
        work.transaction(async |work| {
            store::revoke(work, session, now).await?;
            // An opaque token is deleted with its session, so its session is never checked.
            store::delete_opaque_of_session(work, session).await
        })
        .await?;
        Ok(())
    }

    async fn revoke_opaque(&self, work: &mut Work, account: AccountId) -> Result<()> {
        Ok(store::delete_opaque(work, account).await?)
    }

    async fn purge(&self, work: &mut Work) -> Result<usize> {
        // An access token may have been issued immediately before its refresh token expired.
        let before = self.clock.now().minus(self.settings.access_ttl);
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
