//! Limits: sizes, rates, and the responses when the server is overloaded.
//! Source: docs/contract/README.md «Request limits», «Throttles», «Server errors».

mod attempts;
mod database;
mod sizes;
mod unwritable;

use crate::surface_name::SurfaceName;
use serde_json::{Value, json};

use crate::app::{Request, Response};

/// Returns a login on each surface, for an account of [`crate::app::TestApp::user`].
fn logins(name: &str, password: &str) -> [(&'static str, SurfaceName, Value); 5] {
    let by_name = json!({ "username": name, "password": password });
    let by_email = json!({ "email": format!("{name}@example.com"), "password": password });
    [
        ("/auth/token/login/", SurfaceName::Djoser, by_name.clone()),
        ("/auth/jwt/create/", SurfaceName::Djoser, by_name),
        ("/api/users/login/", SurfaceName::Users, by_email.clone()),
        ("/api/auth/login/", SurfaceName::Api, by_email.clone()),
        ("/api/v1/token/pair", SurfaceName::V1, by_email),
    ]
}

/// The path of the caller's own account on each surface.
const PROFILES: [(&str, SurfaceName); 4] = [
    ("/auth/users/me/", SurfaceName::Djoser),
    ("/api/users/profile/", SurfaceName::Users),
    ("/api/auth/me/", SurfaceName::Api),
    ("/api/v1/users/me", SurfaceName::V1),
];

fn post(path: &str, body: &Value) -> Request {
    Request::new("POST", path).json(body)
}

/// Asserts that a response is an error with `Retry-After` in the dialect of `face`, and returns its seconds.
fn assert_later(response: &Response, face: SurfaceName, status: u16, sentence: &str) -> u64 {
    assert_eq!(response.status.as_u16(), status, "{face:?}: {response}");
    let expected = match face {
        SurfaceName::Users => json!({ "status": "failed", "message": sentence }),
        SurfaceName::Djoser | SurfaceName::Api | SurfaceName::V1 => json!({ "detail": sentence }),
    };
    assert_eq!(response.json(), expected, "{face:?}");
    assert_eq!(response.media().as_deref(), Some("application/json"));
    for header in ["X-Request-Id", "Content-Security-Policy", "X-Frame-Options"] {
        assert!(response.header(header).is_some(), "{face:?}: {header}");
    }
    let seconds = response.header("Retry-After").expect("a Retry-After");
    seconds.parse().expect("a number of seconds")
}

/// The message of a 503 in every dialect.
const BUSY: &str = "Service temporarily unavailable, try again later.";
