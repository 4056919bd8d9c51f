//! Encryption of texts that clients store and send back: positions in lists, and the permissions in upload URLs.

use std::{fmt, sync::Arc};

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use loggia_identity::{SecretKey, SecretKeys};
use loggia_kernel::{Clock, Timestamp};

/// Encrypts and authenticates texts for one purpose. Cheap to clone.
///
/// The algorithm is AES-256-GCM-SIV (RFC 8452) with a random nonce for each text and a key that is derived for the purpose.
/// It is the SIV mode because one key is used for years: a nonce that repeats reveals only whether two texts are equal.
///
/// The content of an upload URL is not secret, so authentication alone would do. It is encrypted all the same, because a
/// second construction would have to be maintained and would not be faster.
#[derive(Clone)]
pub struct TokenCipher(Arc<Keys>);

struct Keys {
    purpose: &'static str,
    current: RandomizedNonceKey,
    /// The previous key, and the time from which it is refused.
    previous: Option<(RandomizedNonceKey, Timestamp)>,
    clock: Arc<dyn Clock>,
}

impl TokenCipher {
    /// Derives the keys for a purpose. Each purpose needs a name of its own.
    pub fn new(keys: &SecretKeys, purpose: &'static str, clock: Arc<dyn Clock>) -> Self {
        let previous = keys.previous();
        Self(Arc::new(Keys {
            purpose,
            current: derive(keys.current(), purpose),
            previous: previous.map(|(key, until)| (derive(key, purpose), until)),
            clock,
        }))
    }

    /// Encrypts a text with the current key. It can be decrypted in the same context only.
    ///
    /// Shape: letters, digits, `-` and `_`; different at each call.
    #[expect(
        clippy::expect_used,
        reason = "aws-lc aborts if the system has no random bytes, and no text reaches the limit of 64 GiB"
    )]
    pub fn encrypt(&self, context: &str, text: &str) -> String {
        let mut encrypted = text.as_bytes().to_vec();
        let nonce = self
            .0
            .current
            .seal_in_place_append_tag(self.associated_data(context), &mut encrypted)
            .expect("random bytes, and a text of less than 64 GiB");
        URL_SAFE_NO_PAD.encode([nonce.as_ref().as_slice(), &encrypted].concat())
    }

    /// Returns the text that was encrypted for this purpose and context with an accepted key, or `None` for any other input.
    pub fn decrypt(&self, context: &str, encrypted: &str) -> Option<String> {
        let encrypted = URL_SAFE_NO_PAD.decode(encrypted).ok()?;
        let (nonce, encrypted) = encrypted.split_first_chunk::<NONCE_LEN>()?;
        let text = self.accepted().find_map(|key| {
            // Decryption with a wrong key overwrites its input, so each key gets a copy.
            let mut text = encrypted.to_vec();
            let nonce = Nonce::assume_unique_for_key(*nonce);
            let text = key.open_in_place(nonce, self.associated_data(context), &mut text);
            Some(text.ok()?.to_vec())
        })?;
        String::from_utf8(text).ok()
    }

    fn accepted(&self) -> impl Iterator<Item = &RandomizedNonceKey> {
        let now = self.0.clock.now();
        let previous = self.0.previous.as_ref().filter(|(_, until)| now < *until);
        std::iter::once(&self.0.current).chain(previous.map(|(key, _)| key))
    }

    /// Returns what a text is bound to. The length separates the purpose from the context unambiguously.
    fn associated_data(&self, context: &str) -> Aad<String> {
        let purpose = self.0.purpose;
        Aad::from(format!("{}:{purpose}{context}", purpose.len()))
    }
}

impl fmt::Debug for TokenCipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenCipher({})", self.0.purpose)
    }
}

#[expect(clippy::expect_used, reason = "the derived key has the 32 bytes that AES-256 needs")]
fn derive(key: &SecretKey, purpose: &str) -> RandomizedNonceKey {
    RandomizedNonceKey::new(&AES_256_GCM_SIV, &key.derive("encryption", purpose))
        .expect("a key of 32 bytes")
}

#[cfg(test)]
mod tests;
