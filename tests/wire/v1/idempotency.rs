//! `Idempotency-Key`: a repeated request is executed once. Source: docs/contract/v1.md «Idempotency».

mod concurrency;
mod keys;
mod operations;
mod replays;

use serde_json::{Value, json};

use crate::app::{Caller, Request, Response};

const ORGS: &str = "/api/v1/orgs/";
const CONTACTS: &str = "/api/v1/contacts/";

const INVALID: &str = "400 Bad Request\n{\"detail\":\"Invalid Idempotency-Key.\"}";
const REUSED: &str =
    "409 Conflict\n{\"detail\":\"Idempotency-Key was already used for a different request.\"}";
const IN_USE: &str =
    "409 Conflict\n{\"detail\":\"An operation with this Idempotency-Key is already in progress.\"}";

fn keyed(method: &str, path: &str, key: &str, body: &Value) -> Request {
    Request::new(method, path).header("Idempotency-Key", key).json(body)
}

async fn send(caller: &Caller<'_>, method: &str, path: &str, key: &str, body: &Value) -> Response {
    caller.send(keyed(method, path, key, body)).await
}

async fn create_org(caller: &Caller<'_>, key: &str, name: &str) -> Response {
    send(caller, "POST", ORGS, key, &json!({ "name": name })).await
}

/// Creates `Acme` and returns its slug.
async fn acme(owner: &Caller<'_>) -> String {
    let response = owner.post(ORGS, json!({ "name": "Acme" })).await;
    assert_eq!(response.status, 201, "{response}");
    response.text_at("/slug")
}

async fn count(caller: &Caller<'_>, path: &str) -> u64 {
    let response = caller.get(path).await;
    response.json()["count"].as_u64().expect("a count")
}

fn is_replay(response: &Response) -> bool {
    response.header("Idempotency-Replayed").as_deref() == Some("true")
}

/// Asserts that the second response is a byte-for-byte replay of the first.
fn assert_replay(first: &Response, again: &Response) {
    assert!(!is_replay(first), "{first}");
    assert!(is_replay(again), "{again}");
    assert_eq!(again.status, first.status);
    assert_eq!(again.body, first.body);
    assert_eq!(again.header("Content-Type"), first.header("Content-Type"));
}
