//! `/auth/users/*_password*/`. Source: docs/contract/djoser.md «Password», «Password reset».

use std::time::Duration;

use futures_util::future::join_all;
use insta::assert_snapshot;
use serde_json::{Value, json};

use super::{link, opaque, with_header};
use crate::app::{Response, TestApp};

const SET: &str = "/auth/users/set_password/";
const RESET: &str = "/auth/users/reset_password/";
const CONFIRM: &str = "/auth/users/reset_password_confirm/";
const ME: &str = "/auth/users/me/";
const NEW: &str = "An0ther-Passw0rd!";

async fn request_reset(app: &TestApp, email: &str) -> Response {
    app.anonymous().post(RESET, json!({ "email": email })).await
}

async fn log_in(app: &TestApp, password: &str) -> Response {
    let login = json!({ "username": "alice", "password": password });
    app.anonymous().post("/auth/jwt/create/", login).await
}

fn confirmation(uid: &str, token: &str, password: &str) -> Value {
    json!({ "uid": uid, "token": token, "new_password": password })
}

#[actix_web::test]
async fn resets_a_password_by_email() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let bearer = format!("Bearer {}", opaque(&app, "alice").await);

    assert_snapshot!(request_reset(&app, "ALICE@example.com").await, @"204 No Content");
    let messages = app.sent_mail().await;
    let message = messages.first().expect("an email");
    assert_eq!(messages.len(), 1);
    assert_eq!(message.to(), "alice@example.com");
    assert_eq!(message.subject(), "Password reset on Loggia");
    assert!(message.text().contains("alice"));
    assert!(message.html().is_some());

    request_reset(&app, "alice@example.com").await;
    let (uid, token) = link(&app).await;
    let response = app.anonymous().post(CONFIRM, confirmation(&uid, &token, NEW)).await;
    assert_snapshot!(response, @"204 No Content");

    assert_eq!(log_in(&app, TestApp::PASSWORD).await.status, 401);
    assert_eq!(log_in(&app, NEW).await.status, 200);
    assert_eq!(alice.get(ME).await.status, 401);
    assert_eq!(with_header(&app, "GET", ME, &bearer).await.status, 401);
}

#[actix_web::test]
async fn does_not_reveal_whether_an_address_is_known() {
    let app = TestApp::spawn().await;
    let bob = app.user("bob").await;
    let accounts = &app.services().accounts;
    accounts.set_active(&mut app.work(), bob.account().id, false).await.unwrap();

    for email in ["ghost@example.com", "bob@example.com"] {
        let shown = request_reset(&app, email).await.to_string();
        assert_eq!(shown, "204 No Content");
    }
    assert!(app.sent_mail().await.is_empty());
}

#[actix_web::test]
async fn rejects_invalid_addresses() {
    let app = TestApp::spawn().await;

    for (email, sentence) in [
        (json!("nope"), "Enter a valid email address."),
        (json!(12345), "Enter a valid email address."),
        (json!([]), "Enter a valid email address."),
        (json!(""), "This field may not be blank."),
        (Value::Null, "This field may not be null."),
    ] {
        let response = app.anonymous().post(RESET, json!({ "email": email })).await;
        assert_eq!(response.status, 400, "{email}: {response}");
        assert_eq!(response.text_at("/email/0"), sentence, "{email}");
    }
}

#[actix_web::test]
async fn checks_a_confirmation_in_the_order_of_djoser() {
    let app = TestApp::spawn().await;
    app.user("alice").await;
    let bob = app.user("bob").await;
    request_reset(&app, "alice@example.com").await;
    let (uid, token) = link(&app).await;
    let bobs = base64::Engine::encode(
        &base64::engine::general_purpose::URL_SAFE_NO_PAD,
        bob.account().id.to_string(),
    );
    let anonymous = app.anonymous();
    let confirm = |body: Value| anonymous.post(CONFIRM, body);

    assert_snapshot!(confirm(json!({ "uid": "" })).await, @r#"
    400 Bad Request
    {"new_password":["This field is required."],"token":["This field is required."],"uid":["This field may not be blank."]}
    "#);
    assert_snapshot!(confirm(confirmation("!!!", "x", "1")).await, @r#"
    400 Bad Request
    {"new_password":["This password is too short. It must contain at least 8 characters.","This password is too common.","This password is entirely numeric."]}
    "#);
    for unknown in [json!("!!!"), json!("OTk5OTk5"), json!(1)] {
        let body = json!({ "uid": unknown, "token": "x", "new_password": NEW });
        let shown = confirm(body).await.to_string();
        assert_eq!(
            shown,
            "400 Bad Request\n{\"uid\":[\"Invalid user id or user doesn't exist.\"]}"
        );
    }
    for (uid, token) in [(&uid, &"x".to_owned()), (&bobs, &token)] {
        let shown = confirm(confirmation(uid, token, NEW)).await.to_string();
        assert_eq!(shown, "400 Bad Request\n{\"token\":[\"Invalid token for given user.\"]}");
    }
    assert_snapshot!(confirm(confirmation(&uid, &token, "alice@example")).await, @r#"
    400 Bad Request
    {"new_password":["The password is too similar to the email address."]}
    "#);
    // None of these requests used up the token.
    assert_snapshot!(confirm(confirmation(&uid, &token, NEW)).await, @"204 No Content");
    assert_snapshot!(confirm(confirmation(&uid, &token, NEW)).await, @r#"
    400 Bad Request
    {"token":["Invalid token for given user."]}
    "#);
}

#[actix_web::test]
async fn a_link_is_valid_for_three_days() {
    let app = TestApp::spawn().await;
    app.user("alice").await;
    request_reset(&app, "alice@example.com").await;
    let (uid, token) = link(&app).await;

    app.clock().advance(Duration::from_secs(3 * 24 * 60 * 60 + 1));

    let response = app.anonymous().post(CONFIRM, confirmation(&uid, &token, NEW)).await;
    assert_snapshot!(response, @r#"
    400 Bad Request
    {"token":["Invalid token for given user."]}
    "#);
}

#[actix_web::test]
async fn a_newer_link_replaces_the_older_one() {
    let app = TestApp::spawn().await;
    app.user("alice").await;
    request_reset(&app, "alice@example.com").await;
    let (uid, older) = link(&app).await;
    request_reset(&app, "alice@example.com").await;
    let (_, newer) = link(&app).await;

    for (token, status) in [(older, 400), (newer, 204)] {
        let body = confirmation(&uid, &token, NEW);
        assert_eq!(app.anonymous().post(CONFIRM, body).await.status, status);
    }
}

#[actix_web::test]
async fn of_twenty_concurrent_confirmations_one_succeeds() {
    let app = TestApp::spawn().await;
    app.user("alice").await;
    request_reset(&app, "alice@example.com").await;
    let (uid, token) = link(&app).await;
    let anonymous = app.anonymous();

    let responses = join_all((0..20).map(|n| {
        let password = format!("Raced-Passw0rd-{n}!");
        anonymous.post(CONFIRM, confirmation(&uid, &token, &password))
    }))
    .await;

    let winners: Vec<usize> = (0..20).filter(|n| responses[*n].status == 204).collect();
    let [winner] = winners.as_slice() else {
        panic!("expected one winner, got {winners:?}");
    };
    for (n, response) in responses.iter().enumerate().filter(|(n, _)| n != winner) {
        assert_eq!(
            response.to_string(),
            "400 Bad Request\n{\"token\":[\"Invalid token for given user.\"]}",
            "{n}"
        );
    }
    let password = format!("Raced-Passw0rd-{winner}!");
    assert_eq!(log_in(&app, &password).await.status, 200);
}

#[actix_web::test]
async fn changes_the_password_and_keeps_the_current_session() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let other = log_in(&app, TestApp::PASSWORD).await;

    let body = json!({ "current_password": TestApp::PASSWORD, "new_password": NEW });
    assert_snapshot!(alice.post(SET, body).await, @"204 No Content");

    assert_eq!(alice.get(ME).await.status, 200);
    let other = format!("Bearer {}", other.text_at("/access"));
    assert_eq!(with_header(&app, "GET", ME, &other).await.status, 401);
    assert_eq!(log_in(&app, TestApp::PASSWORD).await.status, 401);
    assert_eq!(log_in(&app, NEW).await.status, 200);
}

#[actix_web::test]
async fn rejects_a_new_password_without_the_current_one() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;

    assert_snapshot!(alice.post(SET, json!({})).await, @r#"
    400 Bad Request
    {"current_password":["This field is required."],"new_password":["This field is required."]}
    "#);
    let body = json!({ "current_password": "x", "new_password": "123" });
    assert_snapshot!(alice.post(SET, body).await, @r#"
    400 Bad Request
    {"current_password":["Invalid password."]}
    "#);
    assert_snapshot!(alice.post(SET, json!({ "current_password": "x" })).await, @r#"
    400 Bad Request
    {"current_password":["Invalid password."],"new_password":["This field is required."]}
    "#);
    let body = json!({ "current_password": TestApp::PASSWORD, "new_password": "alice@example" });
    assert_snapshot!(alice.post(SET, body).await, @r#"
    400 Bad Request
    {"new_password":["The password is too similar to the email address."]}
    "#);
    assert_snapshot!(app.anonymous().post(SET, "{").await, @r#"
    401 Unauthorized
    {"detail":"Authentication credentials were not provided."}
    "#);
}
