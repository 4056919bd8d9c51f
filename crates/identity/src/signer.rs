//! Signed tokens with the claims of simplejwt and Loggia's own.
//!
//! Source: djangorestframework-simplejwt 5.5.1, `tokens.py`; RFC 7519.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, SHA256_OUTPUT_LEN, digest};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use loggia_kernel::{PublicId, SessionId, Timestamp};
use quick_cache::sync::Cache;
// layers: allow: token claims are this crate's own wire format, written and read nowhere else.
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    Account, Error, Result, SecretKey, SecretKeys, SessionSettings, Subject, TokenError, TokenPair,
};

/// The issuer of the tokens.
const ISSUER: &str = "loggia";

/// The kind of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    Access,
    Refresh,
}

impl TokenKind {
    fn name(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Refresh => "refresh",
        }
    }
}

#[derive(Serialize)] // layers: allow, token claims
struct IssuedClaims<'a> {
    token_type: &'static str,
    exp: i64,
    iat: i64,
    jti: String,
    user_id: &'a str,
    sub: &'a str,
    sid: &'a str,
    iss: &'static str,
}

/// The claims of a received token. Each may be missing or have an unexpected type, which is checked below.
#[derive(Deserialize)] // layers: allow, token claims
struct PresentedClaims {
    #[serde(default)]
    token_type: Value,
    #[serde(default)]
    exp: Value,
    #[serde(default)]
    iat: Value,
    #[serde(default)]
    nbf: Value,
    #[serde(default)]
    jti: Value,
    #[serde(default)]
    sub: Value,
    #[serde(default)]
    sid: Value,
}

/// The account and session of a valid token.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Bearer {
    pub(crate) account: PublicId,
    pub(crate) session: SessionId,
}

/// Entries in the cache of verified tokens. Limits its memory: an entry takes a few hundred bytes.
const MAX_VERIFIED: usize = 4096;

/// How far `iat` and `nbf` may be in the future: the clocks of replicas differ. There is none for `exp`, because it would
/// only extend the life of a stolen token. Source: docs/contract/drf.md «Tokens».
const LEEWAY_SECS: i64 = 30;

/// A key for the verification of signatures.
struct Verifier {
    key: DecodingKey,
    /// The time from which its tokens are rejected, if any.
    until: Option<Timestamp>,
}

impl Verifier {
    fn new(key: &SecretKey, until: Option<Timestamp>) -> Self {
        Self { key: DecodingKey::from_secret(key.as_bytes()), until }
    }
}

/// Returns whether a key that is accepted before `until` is accepted at `now`.
fn is_accepted(until: Option<Timestamp>, now: Timestamp) -> bool {
    until.is_none_or(|until| now < until)
}

/// A token whose signature is valid.
#[derive(Clone)]
struct VerifiedToken {
    claims: Arc<PresentedClaims>,
    /// As in the [`Verifier`] of its key.
    until: Option<Timestamp>,
}

/// Signs tokens with the current key, and reads tokens of every accepted key. HS256 is the only algorithm.
pub(crate) struct Signer {
    encoding: EncodingKey,
    // The current key first: almost all tokens are signed with it.
    verifiers: Vec<Verifier>,
    validation: Validation,
    settings: SessionSettings,
    // Tokens with a verified signature, by their SHA-256. A client sends the same token until it expires, and verifying
    // it takes a tenth of the time of a small request. Times and keys are checked at every request, sessions by the
    // caller.
    verified: Cache<[u8; SHA256_OUTPUT_LEN], VerifiedToken>,
}

impl Signer {
    pub(crate) fn new(keys: &SecretKeys, settings: SessionSettings) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        // Times are checked below, with this crate's clock and in simplejwt's order.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation.validate_aud = false;
        validation.required_spec_claims.clear();
        let mut verifiers = vec![Verifier::new(keys.current(), None)];
        if let Some((key, until)) = keys.previous() {
            verifiers.push(Verifier::new(key, Some(until)));
        }
        Self {
            encoding: EncodingKey::from_secret(keys.current().as_bytes()),
            verifiers,
            validation,
            settings,
            verified: Cache::new(MAX_VERIFIED),
        }
    }

    pub(crate) fn pair(
        &self,
        account: &Account,
        session: &SessionId,
        subject: Subject,
        now: Timestamp,
    ) -> Result<TokenPair> {
        Ok(TokenPair {
            access: self.sign(TokenKind::Access, account, session, subject, now)?,
            refresh: self.sign(TokenKind::Refresh, account, session, subject, now)?,
        })
    }

    pub(crate) fn sign(
        &self,
        kind: TokenKind,
        account: &Account,
        session: &SessionId,
        subject: Subject,
        now: Timestamp,
    ) -> Result<String> {
        let ttl = match kind {
            TokenKind::Access => self.settings.access_ttl,
            TokenKind::Refresh => self.settings.refresh_ttl,
        };
        let number = account.id.to_string();
        let claims = IssuedClaims {
            token_type: kind.name(),
            exp: now.plus(ttl).unix_seconds(),
            iat: now.unix_seconds(),
            jti: Uuid::new_v4().simple().to_string(),
            user_id: match subject {
                Subject::Number => &number,
                Subject::PublicId => account.public_id.as_str(),
            },
            sub: account.public_id.as_str(),
            sid: session.as_str(),
            iss: ISSUER,
        };
        encode(&Header::new(Algorithm::HS256), &claims, &self.encoding)
            .map_err(|error| Error::Crypto(Box::new(error)))
    }

    /// Reads a token of one kind.
    pub(crate) fn read(
        &self,
        token: &str,
        kind: TokenKind,
        now: Timestamp,
    ) -> std::result::Result<Bearer, TokenError> {
        let claims = self.check_claims(token, now)?;
        match &claims.token_type {
            Value::Null => return Err(TokenError::NoType),
            Value::String(name) if name == kind.name() => {}
            _ => return Err(TokenError::WrongType),
        }
        bearer(&claims)
    }

    /// Reads a token of either kind. Checks neither kind nor bearer, as simplejwt's verification.
    pub(crate) fn read_any(
        &self,
        token: &str,
        now: Timestamp,
    ) -> std::result::Result<Option<Bearer>, TokenError> {
        let claims = self.check_claims(token, now)?;
        Ok(bearer(&claims).ok())
    }

    /// Checks signature, times and the presence of `exp` and `jti`, in simplejwt's order.
    fn check_claims(
        &self,
        token: &str,
        now: Timestamp,
    ) -> std::result::Result<Arc<PresentedClaims>, TokenError> {
        let claims = self.verify_signature(token, now)?;
        let now = now.unix_seconds();
        // simplejwt does not require it, but this crate's tokens always contain their time of issue.
        if claims.iat.is_null() {
            return Err(TokenError::Invalid);
        }
        for begins in [&claims.iat, &claims.nbf] {
            if !begins.is_null() && begins.as_f64().is_none_or(|at| at > seconds(now + LEEWAY_SECS))
            {
                return Err(TokenError::Invalid);
            }
        }
        match &claims.exp {
            Value::Null => return Err(TokenError::NoExpiry),
            exp => match exp.as_f64() {
                None => return Err(TokenError::Invalid),
                Some(exp) if exp <= seconds(now) => return Err(TokenError::Expired),
                Some(_) => {}
            },
        }
        if !claims.jti.is_string() {
            return Err(TokenError::NoId);
        }
        Ok(claims)
    }

    /// Returns the claims of a token that is signed with an accepted key.
    fn verify_signature(
        &self,
        token: &str,
        now: Timestamp,
    ) -> std::result::Result<Arc<PresentedClaims>, TokenError> {
        let digest = sha256(token.as_bytes());
        let verified = match self.verified.get(&digest) {
            Some(verified) => verified,
            None => {
                // The client must not learn why the token is unreadable.
                let verified = self.decode(token, now).ok_or(TokenError::Invalid)?;
                self.verified.insert(digest, verified.clone());
                verified
            }
        };
        if is_accepted(verified.until, now) {
            Ok(verified.claims)
        } else {
            Err(TokenError::Invalid)
        }
    }

    fn decode(&self, token: &str, now: Timestamp) -> Option<VerifiedToken> {
        self.verifiers.iter().filter(|verifier| is_accepted(verifier.until, now)).find_map(
            |verifier| {
                let data =
                    decode::<PresentedClaims>(token, &verifier.key, &self.validation).ok()?;
                Some(VerifiedToken { claims: Arc::new(data.claims), until: verifier.until })
            },
        )
    }
}

fn sha256(bytes: &[u8]) -> [u8; SHA256_OUTPUT_LEN] {
    let mut output = [0; SHA256_OUTPUT_LEN];
    output.copy_from_slice(digest(&SHA256, bytes).as_ref());
    output
}

/// Converts Unix seconds, which a double represents exactly for the next hundred million years.
#[expect(clippy::cast_precision_loss, reason = "exact below 2^53 seconds")]
fn seconds(unix: i64) -> f64 {
    unix as f64
}

fn bearer(claims: &PresentedClaims) -> std::result::Result<Bearer, TokenError> {
    match (&claims.sub, &claims.sid) {
        (Value::String(sub), Value::String(sid)) => {
            Ok(Bearer { account: PublicId::of(sub.as_str()), session: SessionId::of(sid.as_str()) })
        }
        _ => Err(TokenError::NoSubject),
    }
}

#[cfg(test)]
mod tests;
