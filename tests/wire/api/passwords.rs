//! `/api/auth/password/`. Source: docs/contract/api.md «Password change», «Password reset».

use futures_util::future::join_all;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::app::{Request, Response, TestApp};

const CHANGE: &str = "/api/auth/password/change/";
const RESET: &str = "/api/auth/password/reset/";
const CONFIRM: &str = "/api/auth/password/reset/confirm/";
const NEW: &str = "An0ther-Passw0rd!";

async fn log_in(app: &TestApp, password: &str) -> Response {
    let body = json!({ "email": "alice@example.com", "password": password });
    app.anonymous().post("/api/auth/login/", body).await
}

/// Requests a password reset and returns the token in the emailed link.
async fn emailed_token(app: &TestApp) -> String {
    let body = json!({ "email": "ALICE@example.com" });
    assert_eq!(app.anonymous().post(RESET, body).await.status, 200);
    let messages = app.sent_mail().await;
    let [message] = &messages[..] else {
        panic!("expected one email, got {messages:?}");
    };
    let (_, rest) = message.text().split_once("?token=").unwrap();
    rest.split_whitespace().next().unwrap().to_owned()
}

async fn confirm(app: &TestApp, token: &str, password: Value) -> Response {
    let body = json!({ "token": token, "new_password": password });
    app.anonymous().post(CONFIRM, body).await
}

#[actix_web::test]
async fn changes_the_password_and_ends_the_other_sessions() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let other = log_in(&app, TestApp::PASSWORD).await.text_at("/access");

    let body = json!({ "old_password": TestApp::PASSWORD, "new_password": NEW });
    let response = alice.post(CHANGE, body).await;

    assert_snapshot!(response, @r#"
    200 OK
    {"detail":"Password updated successfully."}
    "#);
    assert_eq!(log_in(&app, TestApp::PASSWORD).await.status, 401);
    assert_eq!(log_in(&app, NEW).await.status, 200);
    assert_eq!(alice.get("/api/auth/me/").await.status, 200);
    let me =
        Request::new("GET", "/api/auth/me/").header("Authorization", &format!("Bearer {other}"));
    assert_eq!(app.send(me).await.status, 401);
}

#[actix_web::test]
async fn checks_the_old_password_before_the_new_one() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let change = |old: Value, new: Value| {
        alice.post(CHANGE, json!({ "old_password": old, "new_password": new }))
    };

    assert_snapshot!(change(json!("x"), json!("123456")).await, @r#"
    400 Bad Request
    {"old_password":["Invalid password."]}
    "#);
    assert_snapshot!(change(json!(TestApp::PASSWORD), json!(12345)).await, @r#"
    400 Bad Request
    {"new_password":["This password is too short. It must contain at least 8 characters.","This password is too common.","This password is entirely numeric."]}
    "#);
    assert_snapshot!(change(json!(TestApp::PASSWORD), json!("alice@example.com")).await, @r#"
    400 Bad Request
    {"new_password":["The password is too similar to the email address."]}
    "#);
    assert_snapshot!(change(json!(" "), json!([])).await, @r#"
    400 Bad Request
    {"new_password":["Not a valid string."],"old_password":["This field may not be blank."]}
    "#);
    assert_snapshot!(app.anonymous().post(CHANGE, "{}").await, @r#"
    401 Unauthorized
    {"detail":"Authentication credentials were not provided."}
    "#);
    assert_eq!(log_in(&app, TestApp::PASSWORD).await.status, 200);
}

#[actix_web::test]
async fn does_not_reveal_whether_an_account_exists() {
    let app = TestApp::spawn().await;
    app.user("alice").await;
    let off = app.user("off").await;
    let accounts = &app.services().accounts;
    accounts.set_active(&mut app.work(), off.account().id, false).await.unwrap();

    for (name, messages) in [("ghost", 0), ("off", 0), ("alice", 1)] {
        let body = json!({ "email": format!("{name}@example.com") });
        let response = app.anonymous().post(RESET, body).await;
        assert_eq!(response.status, 200, "{name}");
        let expected = json!({
            "detail": "If an account with that email exists, a password reset link has been sent.",
        });
        assert_eq!(response.json(), expected, "{name}");
        assert_eq!(app.sent_mail().await.len(), messages, "{name}");
    }
    assert_snapshot!(app.anonymous().post(RESET, "{}").await, @r#"
    400 Bad Request
    {"email":["This field is required."]}
    "#);
    assert_snapshot!(app.anonymous().post(RESET, r#"{"email": 12345}"#).await, @r#"
    400 Bad Request
    {"email":["Enter a valid email address."]}
    "#);
}

#[actix_web::test]
async fn an_emailed_token_sets_a_new_password_once() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let token = emailed_token(&app).await;

    assert_snapshot!(confirm(&app, &token, json!("123456")).await, @r#"
    400 Bad Request
    {"new_password":["This password is too short. It must contain at least 8 characters.","This password is too common.","This password is entirely numeric."]}
    "#);
    assert_snapshot!(confirm(&app, &token, json!(NEW)).await, @r#"
    200 OK
    {"detail":"Password has been reset."}
    "#);
    assert_snapshot!(confirm(&app, &token, json!(NEW)).await, @r#"
    400 Bad Request
    {"token":["Invalid or expired token."]}
    "#);
    assert_eq!(log_in(&app, TestApp::PASSWORD).await.status, 401);
    assert_eq!(log_in(&app, NEW).await.status, 200);
    assert_eq!(alice.get("/api/auth/me/").await.status, 401);
}

#[actix_web::test]
async fn reports_an_invalid_token_before_a_weak_password() {
    let app = TestApp::spawn().await;
    app.user("alice").await;
    let older = emailed_token(&app).await;
    let newer = emailed_token(&app).await;

    for token in ["x", older.as_str(), "a.b.c", "é\u{202e}"] {
        let response = confirm(&app, token, json!("123456")).await;
        assert_eq!(response.status, 400, "{token}");
        assert_eq!(response.json(), json!({ "token": ["Invalid or expired token."] }));
    }
    assert_snapshot!(confirm(&app, " ", Value::Null).await, @r#"
    400 Bad Request
    {"new_password":["This field may not be null."],"token":["This field may not be blank."]}
    "#);

    app.clock().advance(std::time::Duration::from_secs(3 * 24 * 60 * 60 + 1));
    assert_snapshot!(confirm(&app, &newer, json!(NEW)).await, @r#"
    400 Bad Request
    {"token":["Invalid or expired token."]}
    "#);
}

#[actix_web::test]
async fn of_twenty_concurrent_confirmations_one_succeeds() {
    let app = TestApp::spawn().await;
    app.user("alice").await;
    let token = emailed_token(&app).await;

    let responses =
        join_all((0..20).map(|n| confirm(&app, &token, json!(format!("{NEW}{n}"))))).await;

    let good: Vec<usize> = (0..20).filter(|n| responses[*n].status == 200).collect();
    let [winner] = good[..] else {
        panic!("one, not {good:?}");
    };
    let refused = responses.iter().filter(|response| response.status == 400).count();
    assert_eq!(refused, 19);
    assert_eq!(log_in(&app, &format!("{NEW}{winner}")).await.status, 200);
}
