//! Behavior of every path on every surface: slashes, methods, headers, negotiation and server errors.

mod browsers;
mod headers;
mod methods;
mod negotiation;
mod panics;
mod paths;

use crate::surface_name::SurfaceName;
use serde_json::{Value, json};

use crate::app::{Caller, Response};

/// One path of each dialect that takes a POST without credentials.
const OPEN: [(&str, SurfaceName); 4] = [
    ("/auth/jwt/create/", SurfaceName::Djoser),
    ("/api/users/login/", SurfaceName::Users),
    ("/api/auth/login/", SurfaceName::Api),
    ("/api/v1/token/pair", SurfaceName::V1),
];

/// Returns the body of an error without fields in the dialect of `face`.
fn error_body(face: SurfaceName, sentence: &str) -> Value {
    match face {
        SurfaceName::Users => json!({ "status": "failed", "message": sentence }),
        SurfaceName::Djoser | SurfaceName::Api | SurfaceName::V1 => json!({ "detail": sentence }),
    }
}

/// Returns the media type of every response with a body.
fn content_type(face: SurfaceName) -> &'static str {
    match face {
        SurfaceName::V1 => "application/json; charset=utf-8",
        SurfaceName::Djoser | SurfaceName::Users | SurfaceName::Api => "application/json",
    }
}

/// Asserts that a response is an error with this status and message, in the dialect of `face`.
fn assert_error(response: &Response, face: SurfaceName, status: u16, sentence: &str) {
    assert_eq!(response.status.as_u16(), status, "{face:?}: {response}");
    assert_eq!(response.json(), error_body(face, sentence), "{face:?}");
    let kind = response.header("Content-Type");
    assert_eq!(kind.as_deref(), Some(content_type(face)), "{face:?}");
}

/// Returns a documented path with the caller's own id in it.
fn own(path: &str, caller: &Caller<'_>) -> String {
    path.replace("{id}", &caller.account().id.to_string())
}
