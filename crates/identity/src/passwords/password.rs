//! A password as it was typed: bounded, wiped from memory when dropped, never printed.

use std::fmt;

use zeroize::Zeroizing;

/// A password in clear.
///
/// Shape: any text of at most [`Password::MAX_BYTES`] bytes, the empty one included; surfaces
/// refuse blanks and trim. `Debug` shows nothing of it, and its memory is wiped on drop.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

/// The text is longer than [`Password::MAX_BYTES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("password is longer than {} bytes", Password::MAX_BYTES)]
pub struct TooLong;

impl Password {
    /// Bytes. Bounds what one request can make the hash functions read.
    pub const MAX_BYTES: usize = 4096;

    /// Takes the text over.
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

    /// The text itself. Named so that every place that reads it can be found.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The UTF-8 bytes, which is what every hash function here is given.
    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}
