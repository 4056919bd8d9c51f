//! Errors that belong to one surface: a status and a text of its own.

use std::borrow::Cow;

use actix_web::http::StatusCode;
use serde_json::Value;

/// A broken rule of one surface. The surface defines its rejections in its `errors.rs`; the dialect renders them in the
/// shape of its other errors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    status: StatusCode,
    text: Cow<'static, str>,
    members: Vec<(String, String)>,
}

impl Rejection {
    /// Creates a rejection with this status and text.
    pub const fn new(status: StatusCode, text: &'static str) -> Self {
        Self { status, text: Cow::Borrowed(text), members: Vec::new() }
    }

    /// Creates a rejection with status 400.
    pub const fn bad_request(text: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, text)
    }

    /// Creates a rejection with status 403.
    pub const fn forbidden(text: &'static str) -> Self {
        Self::new(StatusCode::FORBIDDEN, text)
    }

    /// Replaces the text, for a text that depends on the request.
    #[must_use]
    pub fn with_text(mut self, text: String) -> Self {
        self.text = Cow::Owned(text);
        self
    }

    /// Adds a member to the body, beside the text.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.members.push((name.into(), value.into()));
        self
    }

    /// Returns the status.
    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Adds the members of this rejection to `body` if it is an object.
    pub(crate) fn add_members(&self, mut body: Value) -> Value {
        if let Value::Object(object) = &mut body {
            for (name, value) in &self.members {
                object.insert(name.clone(), Value::String(value.clone()));
            }
        }
        body
    }
}
