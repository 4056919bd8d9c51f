//! What holds for every path of every surface: slashes, methods, headers, negotiation, and what a fault of ours looks like.

mod answers;
mod browsers;
mod faults;
mod methods;
mod negotiation;
mod paths;

use gateway::front::Face;
use serde_json::{Value, json};

use crate::app::{Answer, Caller};

/// One path of each dialect that takes a POST without credentials.
const OPEN: [(&str, Face); 4] = [
    ("/auth/jwt/create/", Face::Djoser),
    ("/api/users/login/", Face::Users),
    ("/api/auth/login/", Face::Api),
    ("/api/v1/token/pair", Face::V1),
];

/// A refusal without fields, as the dialect of `face` has it.
fn refusal(face: Face, sentence: &str) -> Value {
    match face {
        Face::Users => json!({ "status": "failed", "message": sentence }),
        Face::Djoser | Face::Api | Face::V1 => json!({ "detail": sentence }),
    }
}

/// The media type of every answer with a body.
fn content_type(face: Face) -> &'static str {
    match face {
        Face::V1 => "application/json; charset=utf-8",
        Face::Djoser | Face::Users | Face::Api => "application/json",
    }
}

/// That an answer is a refusal of this status and sentence, in the dialect of `face`.
fn assert_refused(answer: &Answer, face: Face, status: u16, sentence: &str) {
    assert_eq!(answer.status.as_u16(), status, "{face:?}: {answer}");
    assert_eq!(answer.json(), refusal(face, sentence), "{face:?}");
    let kind = answer.header("Content-Type");
    assert_eq!(kind.as_deref(), Some(content_type(face)), "{face:?}");
}

/// A path of the documents, with the caller's own id in it.
fn own(path: &str, caller: &Caller<'_>) -> String {
    path.replace("{id}", &caller.account().id.to_string())
}
