//! Replay of requests that were recorded against the original Django libraries.
//!
//! Each transcript is replayed in order against a new app under the `django` session policy. The test fails on any
//! difference in status, body, recorded headers, emails and token claims.

mod compare;
mod exchange;
mod hooks;
mod matcher;
mod patterns;
mod replay;
mod send;
mod tokens;
mod vars;

mod tests;

use replay::{Replay, exchanges};

use crate::app::TestApp;

const DJOSER: &str = include_str!("../transcripts/transcripts-djoser.jsonl");
const USERS: &str = include_str!("../transcripts/transcripts-users.jsonl");
const OURCO: &str = include_str!("../transcripts/transcripts-ourco.jsonl");
const RBAC: &str = include_str!("../transcripts/transcripts-rbac.jsonl");

#[actix_web::test]
async fn responds_as_djoser_did() {
    check(DJOSER, 312).await;
}

#[actix_web::test]
async fn responds_as_the_users_api_did() {
    check(USERS, 166).await;
}

#[actix_web::test]
async fn responds_as_ourco_did() {
    check(OURCO, 295).await;
}

#[actix_web::test]
async fn responds_as_the_rbac_api_did() {
    check(RBAC, 328).await;
}

/// Replays a transcript of `total` exchanges.
async fn check(transcript: &str, total: usize) {
    let exchanges = exchanges(transcript).expect("a readable transcript");
    let app = TestApp::django().await;

    let report = Replay::new(app).play(&exchanges).await;

    assert!(
        report.failures.is_empty(),
        "{} passed, {} failed:\n\n{}\n",
        report.passed,
        report.failures.len(),
        report.failures.join("\n\n"),
    );
    assert_eq!(report.passed, total);
}
