//! The secret keys of a service, and values derived from them.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use loggia_kernel::Timestamp;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// A key that signs tokens. `Debug` hides it, and its memory is wiped on drop.
#[derive(Clone)]
pub struct SecretKey(Zeroizing<Vec<u8>>);

/// The key is shorter than [`SecretKey::MIN_BYTES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the key has fewer than {} bytes", SecretKey::MIN_BYTES)]
pub struct TooShort;

impl SecretKey {
    /// Bytes. HS256 requires a key at least as long as its hash. Source: RFC 7518, section 3.2.
    pub const MIN_BYTES: usize = 32;

    /// Takes the key unchanged, like Django's `SECRET_KEY`: any JWT library can verify tokens with it.
    ///
    /// # Errors
    /// [`TooShort`] under [`SecretKey::MIN_BYTES`].
    pub fn new(key: impl Into<Vec<u8>>) -> Result<Self, TooShort> {
        let key = Zeroizing::new(key.into());
        if key.len() < Self::MIN_BYTES {
            return Err(TooShort);
        }
        Ok(Self(key))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Returns the HMAC-SHA-256 of `message` for this `purpose`.
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length (RFC 2104)")]
    pub fn derive(&self, purpose: &str, message: &str) -> [u8; 32] {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(message.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(..)")
    }
}

/// The current key, and the previous key while its tokens are still accepted.
///
/// New tokens are always created with the current key. Tokens of the previous key are accepted before the given time.
/// Afterwards they are rejected like tokens of an unknown key.
#[derive(Clone, Debug)]
pub struct SecretKeys {
    current: SecretKey,
    previous: Option<(SecretKey, Timestamp)>,
}

impl From<SecretKey> for SecretKeys {
    /// Uses the current key alone.
    fn from(current: SecretKey) -> Self {
        Self { current, previous: None }
    }
}

impl SecretKeys {
    /// Also accepts tokens of the key `previous` before the time `until`.
    #[must_use]
    pub fn with_previous(self, previous: SecretKey, until: Timestamp) -> Self {
        Self { previous: Some((previous, until)), ..self }
    }

    /// Returns the key that creates tokens.
    pub fn current(&self) -> &SecretKey {
        &self.current
    }

    /// Returns the previous key, and the time from which it is rejected.
    pub fn previous(&self) -> Option<(&SecretKey, Timestamp)> {
        self.previous.as_ref().map(|(key, until)| (key, *until))
    }

    /// Returns the keys whose tokens are accepted at `now`, the current one first.
    pub fn accepted(&self, now: Timestamp) -> impl Iterator<Item = &SecretKey> {
        let previous = self.previous().filter(|(_, until)| now < *until);
        std::iter::once(&self.current).chain(previous.map(|(key, _)| key))
    }
}

/// Returns the value that is stored instead of a token: its SHA-256 in hexadecimal. It needs no salt because tokens
/// have at least 160 random bits.
pub(crate) fn digest(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

/// Returns lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        for nibble in [byte >> 4, byte & 15] {
            text.push(char::from(DIGITS[usize::from(nibble)]));
        }
    }
    text
}
