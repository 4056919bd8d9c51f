//! The steps of a login: the authentication, and the session that it opens while it is still valid.

use loggia_db::Work;
use loggia_kernel::SessionId;
use rand::RngExt;
use subtle::ConstantTimeEq;

use super::StoredSessions;
use crate::{
    Account, Error, LoginName, LoginRequest, Purpose, Result, SecretKey, Subject, TokenPair,
    attempts::Target,
    audit,
    passwords::{HashError, Password},
    secret::{digest, hex},
    store::{
        accounts, one_time,
        sessions::{self as store, StoredOpaque},
    },
};

/// An account that was just authenticated.
pub(super) struct AuthenticatedAccount {
    pub(super) account: Account,
    /// The password hash that was verified. A session is opened only while it is still the account's hash, so no
    /// session of an old password survives a concurrent change of the password.
    pub(super) hash: String,
}

/// The event of a login in the security log.
pub(super) const LOGIN: &str = "log-in";

/// 40 hexadecimal digits. Source: Django REST framework 3.18, `authtoken/models.py`.
const OPAQUE_BYTES: usize = 20;

impl StoredSessions {
    /// Verifies login name and password. A refusal is logged here, a success once the session is open.
    pub(super) async fn authenticate(
        &self,
        work: &mut Work,
        request: &LoginRequest,
    ) -> Result<AuthenticatedAccount> {
        let stored_account = find(work, &request.login).await?;
        let known = stored_account.as_ref().map(|(account, _)| account.id);
        let outcome = self.check(work, request, stored_account).await;
        if let Err(refusal) = &outcome {
            audit::record_refusal(LOGIN, known, refusal);
        }
        outcome
    }

    async fn check(
        &self,
        work: &mut Work,
        request: &LoginRequest,
        stored_account: Option<accounts::AccountWithHash>,
    ) -> Result<AuthenticatedAccount> {
        let target = match &stored_account {
            Some((account, _)) => Target::Account(account.id),
            None => Target::unknown(&request.login),
        };
        let attempt = self.attempts.record(&target, request.address)?;
        let stored = stored_account.as_ref().and_then(|(_, hash)| hash.as_deref());
        let outcome = match self.hasher.verify(&request.password, stored).await {
            Ok(outcome) => outcome,
            Err(error) => {
                // The attempt was not evaluated.
                self.attempts.discard(attempt);
                return Err(error.into());
            }
        };
        match stored_account {
            Some((account, Some(hash))) if outcome.matches && account.is_active => {
                self.attempts.discard(attempt);
                let authenticated = AuthenticatedAccount { account, hash };
                if outcome.needs_rehash {
                    self.rehash(work, authenticated, &request.password).await
                } else {
                    Ok(authenticated)
                }
            }
            _ => Err(Error::InvalidCredentials),
        }
    }

    async fn rehash(
        &self,
        work: &mut Work,
        authenticated: AuthenticatedAccount,
        password: &Password,
    ) -> Result<AuthenticatedAccount> {
        let hash = match self.hasher.hash(password).await {
            Ok(hash) => hash,
            // The login succeeded. The next login retries the rehash.
            Err(HashError::Busy { .. }) => return Ok(authenticated),
            Err(error) => return Err(error.into()),
        };
        let AuthenticatedAccount { account, hash: old } = &authenticated;
        let is_stored = accounts::rehash(work, account.id, old, &hash).await?;
        // If the new hash was not stored, the old one is no longer the account's hash either. Using it detects that.
        Ok(if is_stored { AuthenticatedAccount { hash, ..authenticated } } else { authenticated })
    }

    /// Returns the plain opaque token, or `None` if no accepted key derives it from its salt.
    ///
    /// A token is derived and not stored, so that each login can return it again and a copy of the database alone
    /// grants no access.
    pub(super) fn opaque_token(&self, stored: &StoredOpaque) -> Option<String> {
        self.keys.accepted(self.clock.now()).map(|key| derive_opaque(key, &stored.salt)).find(
            |token| {
                let digest = digest(token);
                digest.as_bytes().ct_eq(stored.digest.as_bytes()).into()
            },
        )
    }

    /// Returns the account's opaque token. Creates or replaces it if no accepted token exists. Returns `None` if the
    /// authentication is no longer valid.
    pub(super) async fn issue_opaque(
        &self,
        work: &mut Work,
        authenticated: &AuthenticatedAccount,
    ) -> Result<Option<String>> {
        let (account, now) = (authenticated.account.id, self.clock.now());
        // This locks the account, so of two concurrent first logins the later one finds the earlier one's token.
        if !accounts::set_last_login(work, account, &authenticated.hash, now).await? {
            return Ok(None);
        }
        // Django's stateless reset tokens depend on the last login.
        one_time::delete_purpose(work, account, Purpose::PasswordReset).await?;
        if let Some(stored) = store::opaque(work, account).await? {
            if let Some(token) = self.opaque_token(&stored) {
                return Ok(Some(token));
            }
            // Its key was changed. The token is no longer accepted, so its session is deleted too.
            store::delete_opaque(work, account).await?;
        }
        let salt = hex(&rand::rng().random::<[u8; 32]>());
        let token = derive_opaque(self.keys.current(), &salt);
        let digest = digest(&token);
        let session = SessionId::generate(now);
        store::insert(work, &session, account, now, None).await?;
        store::insert_opaque(work, account, &session, &StoredOpaque { salt, digest }, now).await?;
        Ok(Some(token))
    }

    /// Opens a session for an active account. A given `verified_hash` must still be the hash of its password. Returns
    /// `None` otherwise.
    pub(super) async fn open_for(
        &self,
        work: &mut Work,
        account: &Account,
        verified_hash: Option<&str>,
        subject: Subject,
    ) -> Result<Option<TokenPair>> {
        let now = self.clock.now();
        let session = SessionId::generate(now);
        let tokens = self.signer.pair(account, &session, subject, now)?;
        let expires_at = now.plus(self.settings.refresh_ttl);
        let opening = store::open(work, &session, account.id, verified_hash, now, expires_at);
        let is_open = opening.await?;
        Ok(is_open.then_some(tokens))
    }
}

/// Returns the opaque token that `key` derives from `salt`.
fn derive_opaque(key: &SecretKey, salt: &str) -> String {
    hex(&key.derive("opaque token", salt)[..OPAQUE_BYTES])
}

/// Returns the account with this login name and its password hash.
async fn find(work: &mut Work, login: &LoginName) -> Result<Option<accounts::AccountWithHash>> {
    let (LoginName::Email(text) | LoginName::Username(text)) = login;
    if text.contains('\0') {
        // No account can have this name, and PostgreSQL rejects the query.
        return Ok(None);
    }
    Ok(match login {
        LoginName::Email(email) => {
            accounts::with_hash_by_email(work, &email.trim().to_lowercase()).await?
        }
        LoginName::Username(username) => accounts::with_hash_by_username(work, username).await?,
    })
}
