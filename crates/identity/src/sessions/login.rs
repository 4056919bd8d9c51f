//! The steps of a log-in: a proof, and what is opened with it while it holds.

use loggia_db::Tx;
use loggia_kernel::SessionId;
use rand::RngExt;
use subtle::ConstantTimeEq;

use super::{
    model::{LoginName, LoginRequest, Subject, TokenPair},
    service::StoredSessions,
    store::{self, StoredOpaque},
};
use crate::{
    Account, Error, Purpose, Result, SecretKey,
    accounts::store as accounts,
    attempts::Target,
    audit, one_time,
    passwords::{HashError, Password},
    secret::{digest, hex},
};

/// An account that has just proven itself.
pub(super) struct AuthenticatedAccount {
    pub(super) account: Account,
    /// What its password was held against. A session is opened only while it is still the account's: so none that an old
    /// password opened outlives a change of the password, however the two interleave.
    pub(super) hash: String,
}

/// 40 hexadecimal digits. Source: Django REST framework 3.18, `authtoken/models.py`.
const OPAQUE_BYTES: usize = 20;

impl StoredSessions {
    /// Checks login and password. The connection is given back before the hash is computed.
    pub(super) async fn authenticate(
        &self,
        request: &LoginRequest,
    ) -> Result<AuthenticatedAccount> {
        let stored_account = self.find(&request.login).await?;
        let known = stored_account.as_ref().map(|(account, _)| account.id);
        let outcome = self.check(request, stored_account).await;
        audit::record_outcome("log-in", known, &outcome, |authenticated| {
            authenticated.account.id
        });
        outcome
    }

    async fn check(
        &self,
        request: &LoginRequest,
        stored_account: Option<accounts::AccountWithHash>,
    ) -> Result<AuthenticatedAccount> {
        let target = match &stored_account {
            Some((account, _)) => Target::Account(account.id),
            None => Target::unknown(&request.login),
        };
        let attempt = self.attempts.record(&target, request.address)?;
        let stored = stored_account
            .as_ref()
            .and_then(|(_, hash)| hash.as_deref());
        let outcome = match self.hasher.verify(&request.password, stored).await {
            Ok(outcome) => outcome,
            Err(error) => {
                // Nothing was learnt from it.
                self.attempts.discard(attempt);
                return Err(error.into());
            }
        };
        match stored_account {
            Some((account, Some(hash))) if outcome.matches && account.is_active => {
                self.attempts.discard(attempt);
                let authenticated = AuthenticatedAccount { account, hash };
                if outcome.needs_rehash {
                    self.rehash(authenticated, &request.password).await
                } else {
                    Ok(authenticated)
                }
            }
            _ => Err(Error::InvalidCredentials),
        }
    }

    async fn find(&self, login: &LoginName) -> Result<Option<accounts::AccountWithHash>> {
        let (LoginName::Email(text) | LoginName::Username(text)) = login;
        if text.contains('\0') {
            // Nobody has such a name, and PostgreSQL cannot even be asked.
            return Ok(None);
        }
        let mut conn = self.db.read().await?;
        Ok(match login {
            LoginName::Email(email) => {
                accounts::with_hash_by_email(&mut conn, &email.trim().to_lowercase()).await?
            }
            LoginName::Username(username) => {
                accounts::with_hash_by_username(&mut conn, username).await?
            }
        })
    }

    async fn rehash(
        &self,
        authenticated: AuthenticatedAccount,
        password: &Password,
    ) -> Result<AuthenticatedAccount> {
        let hash = match self.hasher.hash(password).await {
            Ok(hash) => hash,
            // The log-in was good; the next one will try again.
            Err(HashError::Busy { .. }) => return Ok(authenticated),
            Err(error) => return Err(error.into()),
        };
        let mut conn = self.db.write().await?;
        let is_kept = accounts::rehash(
            &mut conn,
            authenticated.account.id,
            &authenticated.hash,
            &hash,
        )
        .await?;
        // Where it is not kept, the old one is not the account's hash any more either: that shows when it is used.
        Ok(if is_kept {
            AuthenticatedAccount {
                hash,
                ..authenticated
            }
        } else {
            authenticated
        })
    }

    /// The stored opaque token in clear; `None` if none of the keys that are accepted now makes it from its salt.
    ///
    /// A token is derived and not stored, so that each login can return it again and a copy of the database alone grants no
    /// access.
    pub(super) fn opaque_token(&self, stored: &StoredOpaque) -> Option<String> {
        self.keys
            .accepted(self.clock.now())
            .map(|key| derive_opaque(key, &stored.salt))
            .find(|token| {
                let digest = digest(token);
                digest.as_bytes().ct_eq(stored.digest.as_bytes()).into()
            })
    }

    /// Returns the account's opaque token, and creates or replaces it where there is none that is accepted. `None` if the
    /// proof does not hold any more.
    pub(super) async fn issue_opaque(
        &self,
        tx: &mut Tx,
        authenticated: &AuthenticatedAccount,
    ) -> Result<Option<String>> {
        let (account, now) = (authenticated.account.id, self.clock.now());
        // This locks the account: so of two first log-ins at the same moment the later one finds the earlier one's token.
        if !accounts::set_last_login(tx, account, &authenticated.hash, now).await? {
            return Ok(None);
        }
        // Django's stateless reset tokens hang on the last log-in.
        one_time::store::delete_purpose(tx, account, Purpose::PasswordReset).await?;
        if let Some(stored) = store::opaque(tx, account).await? {
            if let Some(token) = self.opaque_token(&stored) {
                return Ok(Some(token));
            }
            // Its key was changed: no request with it is accepted, so its session ends with it.
            store::delete_opaque(tx, account).await?;
        }
        let salt = hex(&rand::rng().random::<[u8; 32]>());
        let token = derive_opaque(self.keys.current(), &salt);
        let digest = digest(&token);
        let session = SessionId::generate(now);
        store::insert(tx, &session, account, now, None).await?;
        store::insert_opaque(tx, account, &session, &StoredOpaque { salt, digest }, now).await?;
        Ok(Some(token))
    }

    /// Opens a session for an active account, of which `verified_hash`, if named, must still be the password's hash.
    /// `None` if that is not so.
    pub(super) async fn open_for(
        &self,
        account: &Account,
        verified_hash: Option<&str>,
        subject: Subject,
    ) -> Result<Option<TokenPair>> {
        let now = self.clock.now();
        let session = SessionId::generate(now);
        let tokens = self.signer.pair(account, &session, subject, now)?;
        let expires_at = now.plus(self.settings.refresh_ttl);
        let mut conn = self.db.write().await?;
        let is_open = store::open(
            &mut conn,
            &session,
            account.id,
            verified_hash,
            now,
            expires_at,
        )
        .await?;
        Ok(is_open.then_some(tokens))
    }
}

/// The opaque token that `key` makes from `salt`.
fn derive_opaque(key: &SecretKey, salt: &str) -> String {
    hex(&key.derive("opaque token", salt)[..OPAQUE_BYTES])
}
