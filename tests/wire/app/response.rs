//! A response of the server, and its form in snapshots.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::HeaderMap;
use bytes::Bytes;
use serde_json::Value;

use super::redact::redacted;

/// A response. Displays as its status line and its body as canonical JSON (keys sorted), with ids, times and tokens
/// replaced by `[id]`, `[time]`, `[jwt]` and `[token]`.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Response {
    /// Returns all values of a header, joined as HTTP allows; `None` if it is absent.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let values: Vec<_> = self
            .headers
            .get_all(name)
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
            .collect();
        (!values.is_empty()).then(|| values.join(", "))
    }

    /// Returns the media type of `Content-Type`, in lower case, without parameters.
    pub(crate) fn media(&self) -> Option<String> {
        let kind = self.header("Content-Type")?;
        kind.split(';').next().map(|kind| kind.trim().to_ascii_lowercase())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Returns the body as JSON; `None` for a body that is empty or not JSON.
    pub(crate) fn try_json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// Returns the body as JSON.
    ///
    /// # Panics
    /// If the body is not JSON; the message shows the response.
    pub(crate) fn json(&self) -> Value {
        match self.try_json() {
            Some(value) => value,
            None => panic!("not JSON: {self}"),
        }
    }

    /// Returns the text at a JSON pointer (`/tokens/access`) in the body.
    ///
    /// # Panics
    /// If there is no text; the message shows the response.
    pub(crate) fn text_at(&self, pointer: &str) -> String {
        match self.json().pointer(pointer).and_then(Value::as_str) {
            Some(text) => text.to_owned(),
            None => panic!("no text at {pointer}: {self}"),
        }
    }
}

impl fmt::Display for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status)?;
        if self.body.is_empty() {
            return Ok(());
        }
        match self.try_json() {
            Some(value) => write!(f, "\n{}", redacted(&value)),
            None => write!(f, "\n{}", self.text()),
        }
    }
}
