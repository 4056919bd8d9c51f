//! A request exactly as sent over the wire: only what HTTP itself requires is added.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::http::Method;
use serde_json::Value;

/// Peer address, method, path with query, headers and raw body.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) peer: IpAddr,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<Vec<u8>>,
}

impl Request {
    /// Creates a request without headers and body.
    ///
    /// # Panics
    /// If `method` is not a method name.
    pub(crate) fn new(method: &str, path: &str) -> Self {
        Self {
            peer: Ipv4Addr::LOCALHOST.into(),
            method: Method::from_bytes(method.as_bytes()).expect("a method name"),
            path: path.to_owned(),
            headers: Vec::new(),
            body: None,
        }
    }

    /// Sets the peer address of the connection.
    ///
    /// # Panics
    /// If `peer` is not an IP address.
    pub(crate) fn from(self, peer: &str) -> Self {
        let peer = peer.parse().expect("an address");
        Self { peer, ..self }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets the raw body, without a `Content-Type`.
    pub(crate) fn body(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.body = Some(bytes.into());
        self
    }

    /// Sets a JSON body with its `Content-Type`; no body for `Value::Null`.
    pub(crate) fn json(self, value: &Value) -> Self {
        if value.is_null() {
            return self;
        }
        self.header("Content-Type", "application/json").body(value.to_string())
    }
}
