//! Hashing of passwords, and verification against all stored formats.

use argon2::password_hash;

use super::{HashError, Params, Password, argon, django::Django, memory::Scratch};

/// The result of a verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verification {
    /// Whether the password matches the stored one.
    pub matches: bool,
    /// Whether a matching password is stored in another format or with other costs than new hashes. Hash it again and
    /// store the result. Never true without `matches`.
    pub needs_rehash: bool,
}

impl Verification {
    /// A wrong password, or a stored value that cannot be compared.
    pub const NO_MATCH: Self = Self { matches: false, needs_rehash: false };
}

/// Hashes with argon2id and a random salt of 16 bytes. Returns a PHC string (97 characters with the default costs).
/// Blocks for tens of milliseconds: use [`Hasher`](super::Hasher) in requests.
///
/// # Errors
/// [`HashError::Failed`]: invalid argon2 parameters, no memory, no randomness from the system.
pub fn hash(password: &Password, params: Params) -> Result<String, HashError> {
    Ok(argon::hash(password, params, &mut Scratch::default())?)
}

/// Verifies a password against a stored string: Loggia's PHC form or any of Django's.
///
/// The costs are read from the string and bounded. A malformed string, one over the bounds and Django's unusable marker
/// (`!...`) never match and return immediately. Use [`Hasher::verify`](super::Hasher::verify) where an attacker could
/// measure that. Blocks while it computes.
///
/// # Errors
/// [`HashError::Failed`] if there is no memory for the hash, because that is not a mismatch.
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

/// As [`verify`], but also computes one hash for a missing or unreadable string, so that the response time does not
/// reveal whether an account exists or has a password.
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

/// A parsed stored hash.
pub(super) enum Stored {
    Phc(argon::Phc),
    Django(Django),
}

impl Stored {
    /// Parses without hashing. Returns `None` if the string can never match.
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
        Ok(Verification { matches, needs_rehash: matches && !is_preferred })
    }

    /// Returns whether verification is too fast to hide the existence of the account.
    fn is_cheap(&self) -> bool {
        matches!(self, Self::Django(Django::Md5 { .. }))
    }
}
