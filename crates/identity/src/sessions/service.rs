//! Login, logout, and authentication by token.

use std::sync::Arc;

use async_trait::async_trait;
use loggia_db::{Db, Tx};
use loggia_kernel::{AccountId, Clock, SessionId, Timestamp};

use super::{
    login::AuthenticatedAccount,
    model::{Caller, LoginRequest, Member, SessionPolicy, SessionSettings, Subject, TokenPair},
    signer::{Bearer, Signer, TokenKind},
    store::{self, SessionRow},
};
use crate::{
    Account, Error, LoginAttempts, PURGE_LIMIT, Result, SecretKeys, TokenError,
    accounts::service::finish, audit, passwords::Hasher, secret::digest,
};

/// Login, logout, and authentication by token. Object-safe: share it as `Arc<dyn Sessions>`.
///
/// A login opens a session, which its tokens reference. Each login computes exactly one password hash, whatever the
/// state of the account.
#[async_trait]
pub trait Sessions: Send + Sync {
    /// Logs in and returns signed tokens.
    ///
    /// # Errors
    /// [`Error::InvalidCredentials`]; [`Error::Throttled`]; [`Error::Busy`].
    async fn log_in(
        &self,
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
    async fn log_in_opaque(&self, request: &LoginRequest) -> Result<String>;

    /// Opens a session for an account that was authenticated without a password, for example by its registration.
    ///
    /// # Errors
    /// [`Error::InvalidCredentials`] if the account is inactive or does not exist.
    async fn open(&self, account: &Account, subject: Subject) -> Result<TokenPair>;

    /// Returns a new access token for a refresh token.
    ///
    /// # Errors
    /// [`Error::InvalidToken`]: with [`TokenError::UnknownAccount`] for a deleted account, with
    /// [`TokenError::InactiveAccount`] for an inactive one.
    async fn refresh(&self, refresh: &str, subject: Subject) -> Result<String>;

    /// Verifies a token of either kind. Under [`SessionPolicy::Strict`] its session must also be open.
    ///
    /// # Errors
    /// [`Error::InvalidToken`].
    async fn verify(&self, token: &str) -> Result<()>;

    /// Revokes the session of a refresh token, which must belong to `owner` if given.
    ///
    /// # Errors
    /// [`Error::InvalidToken`]: with [`TokenError::Invalid`] for a token of another account, with
    /// [`TokenError::Revoked`] for a revoked session.
    async fn blacklist(&self, refresh: &str, owner: Option<AccountId>) -> Result<()>;

    /// Returns the caller of an access token.
    ///
    /// # Errors
    /// [`Error::InvalidToken`].
    async fn caller(&self, access: &str) -> Result<Caller>;

    /// Returns the caller of an access token with their organizations, in one query.
    ///
    /// # Errors
    /// [`Error::InvalidToken`].
    async fn member(&self, access: &str) -> Result<Member>;

    /// Returns the caller of an opaque token.
    ///
    /// # Errors
    /// [`Error::InvalidToken`] with [`TokenError::Invalid`] or [`TokenError::InactiveAccount`].
    async fn opaque_caller(&self, token: &str) -> Result<Caller>;

    /// Revokes the caller's session. Has no effect on signed tokens under [`SessionPolicy::Django`].
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn revoke(&self, session: &SessionId) -> Result<()>;

    /// Revokes the account's opaque token, if it exists, on all devices. Django REST framework does the same.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn revoke_opaque(&self, account: AccountId) -> Result<()>;

    /// Deletes sessions whose tokens have all expired. Returns their number.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn purge(&self) -> Result<usize>;
}

/// [`Sessions`] stored in the database.
pub struct StoredSessions {
    pub(super) db: Db,
    pub(super) hasher: Hasher,
    pub(super) attempts: LoginAttempts,
    pub(super) keys: SecretKeys,
    pub(super) signer: Signer,
    pub(super) settings: SessionSettings,
    pub(super) clock: Arc<dyn Clock>,
}

impl StoredSessions {
    /// Creates the service on this database with these token keys: a [`SecretKey`](crate::SecretKey) alone, or
    /// [`SecretKeys`].
    pub fn new(
        db: Db,
        hasher: Hasher,
        attempts: LoginAttempts,
        keys: impl Into<SecretKeys>,
        settings: SessionSettings,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let keys = keys.into();
        let signer = Signer::new(&keys, settings);
        Self {
            db,
            hasher,
            attempts,
            keys,
            signer,
            settings,
            clock,
        }
    }

    /// Returns the account of a valid token's session.
    async fn account_of(&self, bearer: &Bearer) -> Result<Account> {
        let mut conn = self.db.read().await?;
        let row = store::find(&mut conn, bearer).await?;
        self.require_usable(row)
    }

    /// Returns the account of a session. Returns an error if the account is inactive or the session was revoked.
    fn require_usable(&self, row: Option<SessionRow>) -> Result<Account> {
        let (account, revoked_at) = row.ok_or(Error::InvalidToken(TokenError::UnknownAccount))?;
        if !account.is_active {
            return Err(Error::InvalidToken(TokenError::InactiveAccount));
        }
        if revoked_at.is_some() && self.settings.policy == SessionPolicy::Strict {
            return Err(Error::InvalidToken(TokenError::Revoked));
        }
        Ok(account)
    }
}

/// Attempts at a login whose authentication was invalidated by a concurrent rehash of the same password. If the
/// password itself was changed, the second attempt fails.
const MAX_TRIES: u32 = 3;

#[async_trait]
impl Sessions for StoredSessions {
    async fn log_in(
        &self,
        request: &LoginRequest,
        subject: Subject,
    ) -> Result<(Account, TokenPair)> {
        for _ in 0..MAX_TRIES {
            let AuthenticatedAccount { account, hash } = self.authenticate(request).await?;
            if let Some(tokens) = self.open_for(&account, Some(&hash), subject).await? {
                return Ok((account, tokens));
            }
        }
        Err(Error::InvalidCredentials)
    }

    async fn log_in_opaque(&self, request: &LoginRequest) -> Result<String> {
        for _ in 0..MAX_TRIES {
            let authenticated = self.authenticate(request).await?;
            let mut tx = self.db.begin().await?;
            let outcome = self.issue_opaque(&mut tx, &authenticated).await;
            if let Some(token) = finish(tx, outcome).await? {
                return Ok(token);
            }
        }
        Err(Error::InvalidCredentials)
    }

    async fn open(&self, account: &Account, subject: Subject) -> Result<TokenPair> {
        self.open_for(account, None, subject)
            .await?
            .ok_or(Error::InvalidCredentials)
    }

    async fn refresh(&self, refresh: &str, subject: Subject) -> Result<String> {
        let now = self.clock.now();
        let bearer = self
            .signer
            .read(refresh, TokenKind::Refresh, now)
            .map_err(Error::InvalidToken)?;
        let mut conn = self.db.read().await?;
        let (account, revoked_at) = store::find(&mut conn, &bearer)
            .await?
            .ok_or(Error::InvalidToken(TokenError::UnknownAccount))?;
        // Checked first: under the strict policy the deactivation also revoked the sessions.
        if !account.is_active {
            return Err(Error::InvalidToken(TokenError::InactiveAccount));
        }
        if revoked_at.is_some() {
            return Err(Error::InvalidToken(TokenError::Revoked));
        }
        self.signer
            .sign(TokenKind::Access, &account, &bearer.session, subject, now)
    }

    async fn verify(&self, token: &str) -> Result<()> {
        let bearer = self
            .signer
            .read_any(token, self.clock.now())
            .map_err(Error::InvalidToken)?;
        match (bearer, self.settings.policy) {
            (_, SessionPolicy::Django) => Ok(()),
            (Some(bearer), SessionPolicy::Strict) => self.account_of(&bearer).await.map(drop),
            (None, SessionPolicy::Strict) => Err(Error::InvalidToken(TokenError::NoSubject)),
        }
    }

    async fn blacklist(&self, refresh: &str, owner: Option<AccountId>) -> Result<()> {
        let now = self.clock.now();
        let bearer = self
            .signer
            .read(refresh, TokenKind::Refresh, now)
            .map_err(Error::InvalidToken)?;
        let mut tx = self.db.begin().await?;
        let outcome = blacklist(&mut tx, &bearer, owner, now).await;
        let account = finish(tx, outcome).await?;
        audit::record("log-out", account);
        Ok(())
    }

    async fn caller(&self, access: &str) -> Result<Caller> {
        let bearer = self
            .signer
            .read(access, TokenKind::Access, self.clock.now())
            .map_err(Error::InvalidToken)?;
        let account = self.account_of(&bearer).await?;
        Ok(Caller {
            account,
            session: bearer.session,
        })
    }

    async fn member(&self, access: &str) -> Result<Member> {
        let bearer = self
            .signer
            .read(access, TokenKind::Access, self.clock.now())
            .map_err(Error::InvalidToken)?;
        let mut conn = self.db.read().await?;
        let (row, memberships) = store::find_member(&mut conn, &bearer).await?.unzip();
        let caller = Caller {
            account: self.require_usable(row)?,
            session: bearer.session,
        };
        Ok(Member {
            caller,
            memberships: memberships.unwrap_or_default(),
        })
    }

    async fn opaque_caller(&self, token: &str) -> Result<Caller> {
        let mut conn = self.db.read().await?;
        let (account, session, _) = store::find_opaque(&mut conn, &digest(token))
            .await?
            .filter(|(_, _, stored)| self.opaque_token(stored).is_some())
            .ok_or(Error::InvalidToken(TokenError::Invalid))?;
        if !account.is_active {
            return Err(Error::InvalidToken(TokenError::InactiveAccount));
        }
        Ok(Caller { account, session })
    }

    async fn revoke(&self, session: &SessionId) -> Result<()> {
        if self.settings.policy == SessionPolicy::Strict {
            let mut tx = self.db.begin().await?;
            let outcome = revoke(&mut tx, session, self.clock.now()).await;
            return finish(tx, outcome).await;
        }
        Ok(())
    }

    async fn revoke_opaque(&self, account: AccountId) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let outcome = store::delete_opaque(&mut tx, account)
            .await
            .map_err(Into::into);
        finish(tx, outcome).await
    }

    async fn purge(&self) -> Result<usize> {
        // An access token may have been issued immediately before its refresh token expired.
        let before = self.clock.now().minus(self.settings.access_ttl);
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

async fn revoke(tx: &mut Tx, session: &SessionId, now: Timestamp) -> Result<()> {
    store::revoke(tx, session, now).await?;
    // An opaque token is deleted with its session, so its session is never checked.
    Ok(store::delete_opaque_of_session(tx, session).await?)
}

async fn blacklist(
    tx: &mut Tx,
    bearer: &Bearer,
    owner: Option<AccountId>,
    now: Timestamp,
) -> Result<AccountId> {
    let (account, _) = store::find(tx, bearer)
        .await?
        .ok_or(Error::InvalidToken(TokenError::Invalid))?;
    if owner.is_some_and(|owner| owner != account.id) {
        return Err(Error::InvalidToken(TokenError::Invalid));
    }
    // The update decides (compare-and-set): of two concurrent calls, one returns an error.
    if store::revoke(tx, &bearer.session, now).await? {
        Ok(account.id)
    } else {
        Err(Error::InvalidToken(TokenError::Revoked))
    }
}
