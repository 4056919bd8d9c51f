//! What a request and its answer are.

use diesel::{Insertable, Queryable, Selectable};
use loggia_kernel::{AccountId, ParseError, Timestamp};
use sha2::{Digest, Sha256};

use crate::schema::idempotency_answers;

/// What a client calls its request, so as to be able to repeat it.
///
/// Shape: 1 to [`Key::MAX_CHARS`] characters, trimmed, none of them a control character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// The longest key, in characters.
    pub const MAX_CHARS: usize = 128;

    /// Takes what the client sent.
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
            return Err(ParseError::TooLong {
                max: Self::MAX_CHARS,
            });
        }
        if key.contains(char::is_control) {
            return Err(ParseError::Malformed);
        }
        Ok(Self(key.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// By what two payloads are known to be the same, byte for byte.
///
/// Shape: SHA-256 in hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// The fingerprint of a request's query and body.
    pub fn of(query: &str, body: &[u8]) -> Self {
        Self(hex(&digest(&[query.as_bytes(), body])))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A request that is to be answered once.
#[derive(Clone, Debug)]
pub struct Request {
    /// Who asks. Keys of different accounts have nothing to do with each other.
    pub account: AccountId,
    /// The method, in capitals.
    pub method: String,
    /// The path, in the one form that all its spellings share, without the query.
    pub path: String,
    /// What the client calls the request.
    pub key: Key,
    /// What it sent.
    pub fingerprint: Fingerprint,
}

impl Request {
    /// The longest path that is kept as it is, in bytes: an index of PostgreSQL takes 2704 for a whole row of it.
    const MAX_PATH_BYTES: usize = 1024;

    /// The path as it is kept: a longer one by its digest.
    pub(crate) fn stored_path(&self) -> String {
        if self.path.len() <= Self::MAX_PATH_BYTES {
            self.path.clone()
        } else {
            hex(&digest(&[self.path.as_bytes()]))
        }
    }

    /// One number for what the key counts for.
    pub(crate) fn scope(&self) -> [u8; 32] {
        digest(&[
            &self.account.get().to_be_bytes(),
            self.method.as_bytes(),
            self.path.as_bytes(),
            self.key.as_str().as_bytes(),
        ])
    }
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The body's media type, if there is a body.
    pub content_type: Option<String>,
    /// The body as it went out, at most [`Response::MAX_BYTES`].
    pub body: Vec<u8>,
}

impl Response {
    /// The largest body that is kept, in bytes: far more than any answer to a change has.
    pub const MAX_BYTES: usize = 1024 * 1024;
}

/// An answer as it is read.
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

/// An answer as it is entered.
#[derive(Insertable)]
#[diesel(table_name = idempotency_answers)]
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

/// SHA-256 over the parts, each with its length before it: no two lists of parts run together.
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
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests;
