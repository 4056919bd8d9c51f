//! Logging in and out, and telling who asks.

use std::sync::Arc;

use async_trait::async_trait;
use loggia_db::{Db, Error as DbError, Tx};
use loggia_kernel::{AccountId, Clock, SessionId, Timestamp};
use rand::RngExt;

use super::{
    model::{Caller, LogIn, Login, SessionPolicy, SessionSettings, Subject, TokenPair},
    signer::{Bearer, Kind, Signer},
    store,
};
use crate::{
    Account, Error, Guesses, Purpose, Result, SecretKey, TokenFault,
    accounts::{service::finish, store as accounts},
    guesses::Target,
    one_time,
    passwords::{HashError, Hasher, Password},
    secret::{digest, hex},
};

/// Logging in and out, and telling who asks. Object-safe: share it as `Arc<dyn Sessions>`.
///
/// A log-in opens a session; the tokens it gives name the session. Exactly one password hash is computed for each log-in,
/// whatever state the account is in.
#[async_trait]
pub trait Sessions: Send + Sync {
    /// Logs in, and gives signed tokens.
    ///
    /// # Errors
    /// [`Error::BadCredentials`]; [`Error::Throttled`]; [`Error::Busy`].
    async fn log_in(&self, attempt: &LogIn, subject: Subject) -> Result<(Account, TokenPair)>;

    /// Logs in, and gives the account's opaque token: 40 hexadecimal digits, the same at each log-in until it is dropped.
    ///
    /// # Errors
    /// As [`Sessions::log_in`].
    async fn log_in_opaque(&self, attempt: &LogIn) -> Result<String>;

    /// Opens a session for an account that has proven itself otherwise, as by registering.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn open(&self, account: &Account, subject: Subject) -> Result<TokenPair>;

    /// Gives another access token for a refresh token.
    ///
    /// # Errors
    /// [`Error::BadToken`]: for an account that is gone with [`TokenFault::UnknownAccount`], for an inactive one with
    /// [`TokenFault::InactiveAccount`].
    async fn refresh(&self, refresh: &str, subject: Subject) -> Result<String>;

    /// Says whether a token of either kind is sound. Under [`SessionPolicy::Strict`] its session must live, too.
    ///
    /// # Errors
    /// [`Error::BadToken`].
    async fn verify(&self, token: &str) -> Result<()>;

    /// Ends the session of a refresh token, which must be `owner`'s if one is named.
    ///
    /// # Errors
    /// [`Error::BadToken`]; somebody else's with [`TokenFault::Invalid`], an ended session's with [`TokenFault::Revoked`].
    async fn blacklist(&self, refresh: &str, owner: Option<AccountId>) -> Result<()>;

    /// Tells who asks with an access token.
    ///
    /// # Errors
    /// [`Error::BadToken`].
    async fn caller(&self, access: &str) -> Result<Caller>;

    /// Tells who asks with an opaque token.
    ///
    /// # Errors
    /// [`Error::BadToken`] with [`TokenFault::Invalid`] or [`TokenFault::InactiveAccount`].
    async fn opaque_caller(&self, token: &str) -> Result<Caller>;

    /// Ends the caller's session. Under [`SessionPolicy::Django`] signed tokens know no such thing, and nothing happens.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn end(&self, session: &SessionId) -> Result<()>;

    /// Drops the account's opaque token, if it has one: for every device, as Django REST framework does.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn drop_opaque(&self, account: AccountId) -> Result<()>;

    /// Deletes sessions of which no token can be good any more; returns how many.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn purge(&self) -> Result<usize>;
}

/// [`Sessions`] kept in the project's database.
pub struct StoredSessions {
    db: Db,
    hasher: Hasher,
    guesses: Guesses,
    key: SecretKey,
    signer: Signer,
    settings: SessionSettings,
    clock: Arc<dyn Clock>,
}

impl StoredSessions {
    /// Sessions in this database, with tokens signed by this key.
    pub fn new(
        db: Db,
        hasher: Hasher,
        guesses: Guesses,
        key: SecretKey,
        settings: SessionSettings,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let signer = Signer::new(&key, settings);
        Self {
            db,
            hasher,
            guesses,
            key,
            signer,
            settings,
            clock,
        }
    }

    /// Checks login and password. The connection is given back before the hash is computed.
    async fn authenticate(&self, attempt: &LogIn) -> Result<Account> {
        let found = {
            let mut conn = self.db.read().await?;
            match &attempt.login {
                Login::Email(email) => {
                    accounts::with_hash_by_email(&mut conn, &email.trim().to_lowercase()).await?
                }
                Login::Username(username) => {
                    accounts::with_hash_by_username(&mut conn, username).await?
                }
            }
        };
        let target = match (&found, &attempt.login) {
            (Some((account, _)), _) => Target::Account(account.id),
            (None, Login::Email(text) | Login::Username(text)) => {
                Target::Nobody(text.trim().to_lowercase())
            }
        };
        let guess = self.guesses.count(&target, attempt.address)?;
        let stored = found.as_ref().and_then(|(_, hash)| hash.as_deref());
        let outcome = self.hasher.verify(&attempt.password, stored).await?;
        match found {
            Some((account, stored)) if outcome.matches && account.is_active => {
                self.guesses.give_back(guess);
                if let (true, Some(old)) = (outcome.needs_rehash, stored) {
                    self.rehash(&account, &old, &attempt.password).await?;
                }
                Ok(account)
            }
            _ => Err(Error::BadCredentials),
        }
    }

    async fn rehash(&self, account: &Account, old: &str, password: &Password) -> Result<()> {
        let new = match self.hasher.hash(password).await {
            Ok(new) => new,
            // The log-in was good; the next one will try again.
            Err(HashError::Busy { .. }) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let mut conn = self.db.write().await?;
        Ok(accounts::rehash(&mut conn, account.id, old, &new).await?)
    }

    /// The account of a sound token's session.
    async fn account_of(&self, bearer: &Bearer) -> Result<Account> {
        let mut conn = self.db.read().await?;
        let (account, revoked_at) = store::find(&mut conn, bearer)
            .await?
            .ok_or(Error::BadToken(TokenFault::UnknownAccount))?;
        if !account.is_active {
            return Err(Error::BadToken(TokenFault::InactiveAccount));
        }
        if revoked_at.is_some() && self.settings.policy == SessionPolicy::Strict {
            return Err(Error::BadToken(TokenFault::Revoked));
        }
        Ok(account)
    }

    /// The opaque token that belongs to a salt. It is derived, not stored: so it can be told again, and a copy of the
    /// database alone holds nothing that opens a door.
    fn opaque_token(&self, salt: &str) -> String {
        hex(&self.key.derive("opaque token", salt)[..OPAQUE_BYTES])
    }

    async fn give_opaque(&self, tx: &mut Tx, account: AccountId, now: Timestamp) -> Result<String> {
        accounts::set_last_login(tx, account, now).await?;
        // Django's stateless reset tokens hang on the last log-in.
        one_time::store::delete_purpose(tx, account, Purpose::PasswordReset).await?;
        if let Some(salt) = store::opaque_salt(tx, account).await? {
            return Ok(self.opaque_token(&salt));
        }
        let salt = hex(&rand::rng().random::<[u8; 32]>());
        let token = self.opaque_token(&salt);
        let session = SessionId::generate(now);
        store::insert(tx, &session, account, now, None).await?;
        store::insert_opaque(tx, account, &session, &salt, &digest(&token), now).await?;
        Ok(token)
    }
}

/// 40 hexadecimal digits. Source: Django REST framework 3.18, `authtoken/models.py`.
const OPAQUE_BYTES: usize = 20;

/// The constraint that gives an account one opaque token, on either database.
const ONE_OPAQUE_TOKEN: [&str; 2] = ["opaque_tokens_pkey", "opaque_tokens_account_id_key"];

#[async_trait]
impl Sessions for StoredSessions {
    async fn log_in(&self, attempt: &LogIn, subject: Subject) -> Result<(Account, TokenPair)> {
        let account = self.authenticate(attempt).await?;
        let tokens = self.open(&account, subject).await?;
        Ok((account, tokens))
    }

    async fn log_in_opaque(&self, attempt: &LogIn) -> Result<String> {
        let account = self.authenticate(attempt).await?;
        // Two first log-ins at the same moment: the later one finds the earlier one's token.
        for is_last in [false, true] {
            let mut tx = self.db.begin().await?;
            let outcome = self
                .give_opaque(&mut tx, account.id, self.clock.now())
                .await;
            match finish(tx, outcome).await {
                Err(Error::Store(DbError::Unique(key)))
                    if !is_last && ONE_OPAQUE_TOKEN.contains(&&*key) => {}
                outcome => return outcome,
            }
        }
        Err(Error::BadCredentials)
    }

    async fn open(&self, account: &Account, subject: Subject) -> Result<TokenPair> {
        let now = self.clock.now();
        let session = SessionId::generate(now);
        let tokens = self.signer.pair(account, &session, subject, now)?;
        let expires_at = now.plus(self.settings.refresh_ttl);
        let mut conn = self.db.write().await?;
        match store::insert(&mut conn, &session, account.id, now, Some(expires_at)).await {
            // The account was deleted between its log-in and now.
            Err(DbError::ForeignKey(_)) => Err(Error::BadCredentials),
            outcome => Ok(outcome.map(|()| tokens)?),
        }
    }

    async fn refresh(&self, refresh: &str, subject: Subject) -> Result<String> {
        let now = self.clock.now();
        let bearer = self
            .signer
            .read(refresh, Kind::Refresh, now)
            .map_err(Error::BadToken)?;
        let mut conn = self.db.read().await?;
        let (account, revoked_at) = store::find(&mut conn, &bearer)
            .await?
            .ok_or(Error::BadToken(TokenFault::UnknownAccount))?;
        if revoked_at.is_some() {
            return Err(Error::BadToken(TokenFault::Revoked));
        }
        if !account.is_active {
            return Err(Error::BadToken(TokenFault::InactiveAccount));
        }
        self.signer
            .sign(Kind::Access, &account, &bearer.session, subject, now)
    }

    async fn verify(&self, token: &str) -> Result<()> {
        let bearer = self
            .signer
            .read_any(token, self.clock.now())
            .map_err(Error::BadToken)?;
        match (bearer, self.settings.policy) {
            (_, SessionPolicy::Django) => Ok(()),
            (Some(bearer), SessionPolicy::Strict) => self.account_of(&bearer).await.map(drop),
            (None, SessionPolicy::Strict) => Err(Error::BadToken(TokenFault::NoSubject)),
        }
    }

    async fn blacklist(&self, refresh: &str, owner: Option<AccountId>) -> Result<()> {
        let now = self.clock.now();
        let bearer = self
            .signer
            .read(refresh, Kind::Refresh, now)
            .map_err(Error::BadToken)?;
        let mut tx = self.db.begin().await?;
        let outcome = blacklist(&mut tx, &bearer, owner, now).await;
        finish(tx, outcome).await
    }

    async fn caller(&self, access: &str) -> Result<Caller> {
        let bearer = self
            .signer
            .read(access, Kind::Access, self.clock.now())
            .map_err(Error::BadToken)?;
        let account = self.account_of(&bearer).await?;
        Ok(Caller {
            account,
            session: bearer.session,
        })
    }

    async fn opaque_caller(&self, token: &str) -> Result<Caller> {
        let mut conn = self.db.read().await?;
        match store::find_opaque(&mut conn, &digest(token)).await? {
            None => Err(Error::BadToken(TokenFault::Invalid)),
            Some((account, _)) if !account.is_active => {
                Err(Error::BadToken(TokenFault::InactiveAccount))
            }
            Some((account, session)) => Ok(Caller { account, session }),
        }
    }

    async fn end(&self, session: &SessionId) -> Result<()> {
        if self.settings.policy == SessionPolicy::Strict {
            let mut conn = self.db.write().await?;
            store::revoke(&mut conn, session, self.clock.now()).await?;
        }
        Ok(())
    }

    async fn drop_opaque(&self, account: AccountId) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let outcome = store::delete_opaque(&mut tx, account)
            .await
            .map_err(Into::into);
        finish(tx, outcome).await
    }

    async fn purge(&self) -> Result<usize> {
        // An access token may have been given in a refresh token's last moment.
        let before = self.clock.now().minus(self.settings.access_ttl);
        let mut conn = self.db.write().await?;
        Ok(store::purge(&mut conn, before).await?)
    }
}

async fn blacklist(
    tx: &mut Tx,
    bearer: &Bearer,
    owner: Option<AccountId>,
    now: Timestamp,
) -> Result<()> {
    let (account, _) = store::find(tx, bearer)
        .await?
        .ok_or(Error::BadToken(TokenFault::Invalid))?;
    if owner.is_some_and(|owner| owner != account.id) {
        return Err(Error::BadToken(TokenFault::Invalid));
    }
    // Decided by the update, so of two at the same moment one is told that it was too late.
    if store::revoke(tx, &bearer.session, now).await? {
        Ok(())
    } else {
        Err(Error::BadToken(TokenFault::Revoked))
    }
}
