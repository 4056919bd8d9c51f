//! A request as it goes over the wire: nothing is added to it but what HTTP itself needs.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::http::Method;
use serde_json::Value;

/// Peer, method, path with query, headers and raw body.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) peer: IpAddr,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<Vec<u8>>,
}

impl Request {
    /// # Panics
    /// If `method` is no method name.
    pub(crate) fn new(method: &str, path: &str) -> Self {
        Self {
            peer: Ipv4Addr::LOCALHOST.into(),
            method: Method::from_bytes(method.as_bytes()).expect("a method name"),
            path: path.to_owned(),
            headers: Vec::new(),
            body: None,
        }
    }

    /// As if the connection came from this address.
    ///
    /// # Panics
    /// If `peer` is no address.
    pub(crate) fn from(self, peer: &str) -> Self {
        let peer = peer.parse().expect("an address");
        Self { peer, ..self }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The bytes as they are, without a `Content-Type`.
    pub(crate) fn body(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.body = Some(bytes.into());
        self
    }

    /// A JSON body with its `Content-Type`; none for `Value::Null`.
    pub(crate) fn json(self, value: &Value) -> Self {
        if value.is_null() {
            return self;
        }
        self.header("Content-Type", "application/json")
            .body(value.to_string())
    }
}
