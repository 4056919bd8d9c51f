//! How much is too much, and what is told when something cannot be served.
//! Source: docs/contract/README.md «Request limits», «Throttles», «Server errors».

mod database;
mod guesses;
mod sizes;

use gateway::front::Face;
use serde_json::{Value, json};

use crate::app::{Answer, Request};

/// A log-in on each surface, for an account of [`crate::app::TestApp::user`].
fn log_ins(name: &str, password: &str) -> [(&'static str, Face, Value); 5] {
    let by_name = json!({ "username": name, "password": password });
    let by_email = json!({ "email": format!("{name}@example.com"), "password": password });
    [
        ("/auth/token/login/", Face::Djoser, by_name.clone()),
        ("/auth/jwt/create/", Face::Djoser, by_name),
        ("/api/users/login/", Face::Users, by_email.clone()),
        ("/api/auth/login/", Face::Api, by_email.clone()),
        ("/api/v1/token/pair", Face::V1, by_email),
    ]
}

/// A path on each surface that shows the caller himself.
const PROFILES: [(&str, Face); 4] = [
    ("/auth/users/me/", Face::Djoser),
    ("/api/users/profile/", Face::Users),
    ("/api/auth/me/", Face::Api),
    ("/api/v1/users/me", Face::V1),
];

fn post(path: &str, body: &Value) -> Request {
    Request::new("POST", path).json(body)
}

/// That an answer is a refusal in the dialect of `face`, with the seconds of its `Retry-After`.
fn assert_later(answer: &Answer, face: Face, status: u16, sentence: &str) -> u64 {
    assert_eq!(answer.status.as_u16(), status, "{face:?}: {answer}");
    let expected = match face {
        Face::Users => json!({ "status": "failed", "message": sentence }),
        Face::Djoser | Face::Api | Face::V1 => json!({ "detail": sentence }),
    };
    assert_eq!(answer.json(), expected, "{face:?}");
    assert_eq!(answer.media().as_deref(), Some("application/json"));
    for header in ["X-Request-Id", "Content-Security-Policy", "X-Frame-Options"] {
        assert!(answer.header(header).is_some(), "{face:?}: {header}");
    }
    let seconds = answer.header("Retry-After").expect("a Retry-After");
    seconds.parse().expect("a number of seconds")
}

/// What a dialect says when nothing is wrong with the request.
const BUSY: &str = "Service temporarily unavailable, try again later.";
