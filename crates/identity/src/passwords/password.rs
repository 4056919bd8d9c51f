//! A plain password: bounded, wiped from memory when dropped, never printed.

use std::fmt;

use zeroize::Zeroizing;

/// A plain password.
///
/// Shape: any text of at most [`Password::MAX_BYTES`] bytes, including the empty text. Surfaces reject blanks and trim.
/// `Debug` hides it, and its memory is wiped on drop.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

/// The text is longer than [`Password::MAX_BYTES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("password is longer than {} bytes", Password::MAX_BYTES)]
pub struct TooLong;

impl Password {
    /// Bytes. Limits the input of the hash functions per request.
    pub const MAX_BYTES: usize = 4096;

    /// Takes ownership of the text.
    ///
    /// # Errors
    /// [`TooLong`] over [`Password::MAX_BYTES`].
    pub fn new(text: impl Into<String>) -> Result<Self, TooLong> {
        let text = Zeroizing::new(text.into());
        if Self::MAX_BYTES < text.len() {
            return Err(TooLong);
        }
        Ok(Self(text))
    }

    /// Returns the text. The name makes every use easy to find.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Returns the UTF-8 bytes, the input of all hash functions here.
    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}
