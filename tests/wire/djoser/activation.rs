//! `/auth/users/*activation/`. Source: docs/contract/djoser.md «Activation».

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::app::{Caller, TestApp};

const ACTIVATION: &str = "/auth/users/activation/";
const RESEND: &str = "/auth/users/resend_activation/";

/// Creates the uid and token of an activation link, as an operator does.
async fn link(app: &TestApp, caller: &Caller<'_>) -> Value {
    let id = caller.account().id;
    let expires_at = app.now().plus(Duration::from_secs(60));
    let one_time = &app.services().one_time;
    let issued = one_time.issue_activation(&mut app.work(), id, expires_at).await.unwrap();
    json!({ "uid": URL_SAFE_NO_PAD.encode(id.to_string()), "token": issued.token })
}

#[actix_web::test]
async fn activates_an_account_once() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let accounts = &app.services().accounts;
    accounts.set_active(&mut app.work(), alice.account().id, false).await.unwrap();
    let link = link(&app, &alice).await;

    assert_snapshot!(app.anonymous().post(ACTIVATION, link.clone()).await, @"204 No Content");

    let login = json!({ "username": "alice", "password": TestApp::PASSWORD });
    assert_eq!(app.anonymous().post("/auth/jwt/create/", login).await.status, 200);
    assert_snapshot!(app.anonymous().post(ACTIVATION, link).await, @r#"
    400 Bad Request
    {"token":["Invalid token for given user."]}
    "#);
}

#[actix_web::test]
async fn rejects_activating_an_active_account() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let link = link(&app, &alice).await;

    assert_snapshot!(app.anonymous().post(ACTIVATION, link).await, @r#"
    403 Forbidden
    {"detail":"Stale token for given user."}
    "#);
}

#[actix_web::test]
async fn rejects_unknown_links() {
    let app = TestApp::spawn().await;
    app.user("alice").await;
    let anonymous = app.anonymous();
    let activate = |body: Value| anonymous.post(ACTIVATION, body);

    assert_snapshot!(activate(json!({})).await, @r#"
    400 Bad Request
    {"token":["This field is required."],"uid":["This field is required."]}
    "#);
    assert_snapshot!(activate(json!({ "uid": "OTk5OTk5", "token": "x" })).await, @r#"
    400 Bad Request
    {"uid":["Invalid user id or user doesn't exist."]}
    "#);
    assert_snapshot!(activate(json!({ "uid": "MQ", "token": "x" })).await, @r#"
    400 Bad Request
    {"token":["Invalid token for given user."]}
    "#);
}

#[actix_web::test]
async fn sends_no_activation_emails() {
    let app = TestApp::spawn().await;
    app.user("alice").await;

    for email in ["alice@example.com", "ghost@example.com"] {
        let response = app.anonymous().post(RESEND, json!({ "email": email })).await;
        let shown = response.to_string();
        assert_eq!(shown, "400 Bad Request");
        assert_eq!(response.header("Content-Type"), None);
    }
    assert_snapshot!(app.anonymous().post(RESEND, json!({})).await, @r#"
    400 Bad Request
    {"email":["This field is required."]}
    "#);
}
