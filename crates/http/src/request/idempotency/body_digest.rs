//! What was sent, seen while it is read.

use std::{cell::RefCell, rc::Rc};

use actix_web::{HttpMessage, HttpRequest};
use loggia_idempotency::Fingerprint;

use super::KEY;

/// Sees the body of a request that has a key, whoever reads it. Clones see the same.
#[derive(Clone)]
pub struct Witness(Rc<Seen>);

struct Seen {
    query: String,
    fingerprint: RefCell<Option<Fingerprint>>,
}

impl Witness {
    /// The request's own; `None` if it has no key, and nobody wants to know.
    pub fn of(request: &HttpRequest) -> Option<Self> {
        if !request.headers().contains_key(KEY) {
            return None;
        }
        if let Some(there) = request.extensions().get::<Self>() {
            return Some(there.clone());
        }
        let new = Self(Rc::new(Seen {
            query: request.query_string().to_owned(),
            fingerprint: RefCell::new(None),
        }));
        request.extensions_mut().insert(new.clone());
        Some(new)
    }

    /// Takes note of the body, as it came.
    pub fn sees(&self, body: &[u8]) {
        let fingerprint = Fingerprint::of(&self.0.query, body);
        self.0.fingerprint.replace(Some(fingerprint));
    }

    /// Of query and body. A body that nobody read is none.
    pub fn fingerprint(&self) -> Fingerprint {
        let seen = self.0.fingerprint.borrow().clone();
        seen.unwrap_or_else(|| Fingerprint::of(&self.0.query, b""))
    }
}
