//! A digest of the body, computed while the body is read.

use std::{cell::RefCell, rc::Rc};

use actix_web::{HttpMessage, HttpRequest, http::header::HeaderName};
use loggia_idempotency::Fingerprint;

/// The request header with the key.
pub const KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The digest of the body of a request with a key, independent of which extractor reads it. Clones share it.
#[derive(Clone)]
pub struct BodyDigest(Rc<Digest>);

struct Digest {
    query: String,
    fingerprint: RefCell<Option<Fingerprint>>,
}

impl BodyDigest {
    /// Returns the request's digest; `None` if the request has no key.
    pub fn of(request: &HttpRequest) -> Option<Self> {
        if !request.headers().contains_key(KEY) {
            return None;
        }
        if let Some(existing) = request.extensions().get::<Self>() {
            return Some(existing.clone());
        }
        let new = Self(Rc::new(Digest {
            query: request.query_string().to_owned(),
            fingerprint: RefCell::new(None),
        }));
        request.extensions_mut().insert(new.clone());
        Some(new)
    }

    /// Computes the digest of the raw body.
    pub fn set_body(&self, body: &[u8]) {
        let fingerprint = Fingerprint::of(&self.0.query, body);
        self.0.fingerprint.replace(Some(fingerprint));
    }

    /// Returns the fingerprint of query and body. A body that was not read counts as empty.
    pub fn fingerprint(&self) -> Fingerprint {
        let fingerprint = self.0.fingerprint.borrow().clone();
        fingerprint.unwrap_or_else(|| Fingerprint::of(&self.0.query, b""))
    }
}
