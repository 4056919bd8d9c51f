//! Idempotent requests and their stored responses.

use diesel::{Insertable, Queryable, Selectable};
use loggia_kernel::{AccountId, ParseError, Timestamp};
use sha2::{Digest, Sha256};

use crate::schema::idempotency_answers;

/// An idempotency key: the name that a client gives a request, so that the request can be repeated.
///
/// Shape: 1 to [`Key::MAX_CHARS`] characters, trimmed, none of them a control character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// The longest key, in characters.
    pub const MAX_CHARS: usize = 128;

    /// Parses the value that the client sent.
    ///
    /// # Errors
    /// [`ParseError::Blank`] if nothing is left after trimming, [`ParseError::TooLong`] over the limit,
    /// [`ParseError::Malformed`] with control characters.
    pub fn parse(raw: &str) -> std::result::Result<Self, ParseError> {
        let key = raw.trim();
        if key.is_empty() {
            return Err(ParseError::Blank);
        }
        if key.chars().nth(Self::MAX_CHARS).is_some() {
            return Err(ParseError::TooLong { max: Self::MAX_CHARS });
        }
        if key.contains(char::is_control) {
            return Err(ParseError::Malformed);
        }
        Ok(Self(key.to_owned()))
    }

    /// Returns the key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A fingerprint of a payload. Payloads are the same if they are equal byte for byte.
///
/// Shape: SHA-256 in hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// Computes the fingerprint of a request's query and body.
    pub fn of(query: &str, body: &[u8]) -> Self {
        Self(hex(&digest(&[query.as_bytes(), body])))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A request that runs at most once.
#[derive(Clone, Debug)]
pub struct Request {
    /// The account that sent the request. Keys of different accounts are independent.
    pub account: AccountId,
    /// The method, in upper case.
    pub method: String,
    /// The normalized path without the query.
    pub path: String,
    /// The idempotency key.
    pub key: Key,
    /// The fingerprint of the payload.
    pub fingerprint: Fingerprint,
}

impl Request {
    /// Longest path that is stored verbatim, in bytes, because a PostgreSQL index row is limited to 2704 bytes.
    const MAX_PATH_BYTES: usize = 1024;

    /// Returns the path as stored: longer paths are replaced by their digest.
    pub(crate) fn stored_path(&self) -> String {
        if self.path.len() <= Self::MAX_PATH_BYTES {
            self.path.clone()
        } else {
            hex(&digest(&[self.path.as_bytes()]))
        }
    }

    /// Returns a digest that identifies the scope of the key.
    pub(crate) fn scope(&self) -> [u8; 32] {
        digest(&[
            &self.account.get().to_be_bytes(),
            self.method.as_bytes(),
            self.path.as_bytes(),
            self.key.as_str().as_bytes(),
        ])
    }
}

/// A stored response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The body's media type, if there is a body.
    pub content_type: Option<String>,
    /// The body as sent, at most [`Response::MAX_BYTES`].
    pub body: Vec<u8>,
}

impl Response {
    /// Largest body that is stored, in bytes: far more than the response to any change needs.
    pub const MAX_BYTES: usize = 1024 * 1024;
}

/// A stored response as it is read.
#[derive(Queryable, Selectable)]
#[diesel(table_name = idempotency_answers)]
pub(crate) struct StoredResponse {
    pub(crate) id: i64,
    pub(crate) request_digest: String,
    pub(crate) status: i32,
    pub(crate) content_type: Option<String>,
    pub(crate) body: Vec<u8>,
    pub(crate) expires_at: Timestamp,
}

/// A row to insert.
#[derive(Insertable)]
#[diesel(table_name = idempotency_answers, treat_none_as_default_value = false)]
pub(crate) struct NewResponse<'a> {
    pub(crate) account_id: AccountId,
    pub(crate) method: &'a str,
    pub(crate) path: String,
    pub(crate) key: &'a str,
    pub(crate) request_digest: &'a str,
    pub(crate) status: i32,
    pub(crate) content_type: Option<&'a str>,
    pub(crate) body: &'a [u8],
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Timestamp,
}

/// Computes SHA-256 over the parts, each prefixed with its length, so that different lists never collide by
/// concatenation.
fn digest(parts: &[&[u8]]) -> [u8; 32] {
    let mut sha = Sha256::new();
    for part in parts {
        sha.update(part.len().to_be_bytes());
        sha.update(part);
    }
    sha.finalize().into()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;

    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests;
