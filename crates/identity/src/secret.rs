//! The server's key, and what is made with it.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// The key that signs every token. `Debug` shows nothing of it, and its memory is wiped on drop.
#[derive(Clone)]
pub struct SecretKey(Zeroizing<Vec<u8>>);

/// The key is shorter than [`SecretKey::MIN_BYTES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the key has fewer than {} bytes", SecretKey::MIN_BYTES)]
pub struct TooShort;

impl SecretKey {
    /// HS256 wants a key no shorter than its hash. Source: RFC 7518, section 3.2.
    pub const MIN_BYTES: usize = 32;

    /// Takes the key as it stands, like Django's `SECRET_KEY`: whoever holds it can verify a token with any JWT library.
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

    /// HMAC-SHA-256 of `message`, for this `purpose` only.
    #[expect(
        clippy::expect_used,
        reason = "HMAC takes a key of any length (RFC 2104)"
    )]
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

/// What is stored instead of a token: its SHA-256 in hexadecimal. The token itself has 160 random bits or more, so the
/// digest needs no salt.
pub(crate) fn digest(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

/// Lower-case hexadecimal.
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
