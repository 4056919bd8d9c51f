//! Hashing a password, and checking one against whatever format is stored.

use argon2::password_hash;

use super::django::Django;
use super::{HashError, Password, argon, memory::Scratch};

/// The costs of new hashes (argon2id).
///
/// A set that argon2 cannot run (less than 8 KiB a lane, no pass, no lane) makes every hash fail
/// with [`HashError::Failed`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Params {
    /// KiB of memory per hash.
    pub memory_kib: u32,
    /// Times the memory is gone through.
    pub passes: u32,
    /// Independent lanes; they are computed one after the other.
    pub lanes: u32,
}

impl Default for Params {
    /// 19 MiB, two passes, one lane. Source: OWASP Password Storage Cheat Sheet, argon2id.
    fn default() -> Self {
        Self {
            memory_kib: 19_456,
            passes: 2,
            lanes: 1,
        }
    }
}

impl Params {
    /// The least that argon2 allows: for tests only.
    pub fn cheap() -> Self {
        Self {
            memory_kib: 8,
            passes: 1,
            lanes: 1,
        }
    }
}

/// What checking a password found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verification {
    /// The password is the one that was stored.
    pub matches: bool,
    /// It matches, but is stored in another format or with other costs than new hashes get: hash
    /// it anew and store that. Never set without `matches`.
    pub needs_rehash: bool,
}

impl Verification {
    /// Wrong password, or nothing that could be compared.
    pub const NO_MATCH: Self = Self {
        matches: false,
        needs_rehash: false,
    };
}

/// Hashes with argon2id and a random salt of 16 bytes, into a PHC string (97 characters with the
/// default costs). Blocks for tens of milliseconds; requests go through [`Hasher`](super::Hasher).
///
/// # Errors
/// [`HashError::Failed`]: costs that argon2 refuses, no memory, no randomness from the system.
pub fn hash(password: &Password, params: Params) -> Result<String, HashError> {
    Ok(argon::hash(password, params, &mut Scratch::default())?)
}

/// Checks a password against a stored string: our PHC form or any of Django's.
///
/// The costs come from the string and are bounded. A malformed string, one over the bounds and
/// Django's unusable marker (`!...`) never match, and are refused at once: where an attacker could
/// measure that, use [`Hasher::verify`](super::Hasher::verify). Blocks while it computes.
///
/// # Errors
/// [`HashError::Failed`] if there is no memory for the hash: not knowing is not a mismatch.
pub fn verify(
    stored: &str,
    password: &Password,
    params: Params,
) -> Result<Verification, HashError> {
    match Stored::parse(stored) {
        Some(stored) => Ok(stored.check(password, params, &mut Scratch::default())?),
        None => Ok(Verification::NO_MATCH),
    }
}

/// [`verify`], except that a missing or unreadable string costs one hash as well, so that the time
/// does not tell whether there is an account or whether it has a password.
pub(super) fn verify_or_dummy_hash(
    stored: Option<&Stored>,
    password: &Password,
    params: Params,
    scratch: &mut Scratch,
) -> password_hash::Result<Verification> {
    let Some(stored) = stored else {
        argon::dummy_hash(password, params, scratch)?;
        return Ok(Verification::NO_MATCH);
    };
    if stored.is_cheap() {
        argon::dummy_hash(password, params, scratch)?;
    }
    stored.check(password, params, scratch)
}

/// A stored hash that could be read.
pub(super) enum Stored {
    Phc(argon::Phc),
    Django(Django),
}

impl Stored {
    /// Reads without hashing; `None` if it can never match.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text.starts_with('$') {
            argon::Phc::parse(text).map(Self::Phc)
        } else {
            Django::parse(text).map(Self::Django)
        }
    }

    fn check(
        &self,
        password: &Password,
        params: Params,
        scratch: &mut Scratch,
    ) -> password_hash::Result<Verification> {
        let (matches, is_preferred) = match self {
            Self::Phc(phc) => (phc.matches(password, scratch)?, phc.is_preferred(params)),
            Self::Django(django) => (django.matches(password, scratch)?, false),
        };
        Ok(Verification {
            matches,
            needs_rehash: matches && !is_preferred,
        })
    }

    /// Whether checking takes next to no time, which would give the account away.
    fn is_cheap(&self) -> bool {
        matches!(self, Self::Django(Django::Md5 { .. }))
    }
}
