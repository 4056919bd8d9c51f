//! `/api/v1/auth/email` and `email/verify`.

use std::time::Duration;

use futures_util::future::join_all;
use insta::assert_snapshot;
use serde_json::{Value, json};

use super::{EMAIL, PASSWORD, emailed_token, log_in, register, send_with_token};
use crate::app::{Response, TestApp};

const CHANGE: &str = "/api/v1/auth/email";
const SENT: &str =
    "200 OK\n{\"detail\":\"Verification email sent. Please check your new address.\"}";
const CHANGED: &str = "200 OK\n{\"detail\":\"Email address updated successfully.\"}";
const BAD_LINK: &str = "400 Bad Request\n{\"detail\":\"Invalid or expired token.\"}";

async fn change(app: &TestApp, access: &str, email: &str) -> Response {
    send_with_token(app, access, "PATCH", CHANGE, json!({ "email": email })).await
}

async fn verify(app: &TestApp, token: &str) -> Response {
    let path = format!("/api/v1/auth/email/verify?token={token}");
    app.anonymous().get(&path).await
}

#[actix_web::test]
async fn changes_an_address_by_email() {
    let app = TestApp::spawn().await;
    let access = register(&app, EMAIL).await.text_at("/access");

    assert_eq!(change(&app, &access, " New@Ex.com ").await.to_string(), SENT);

    let messages = app.sent_mail().await;
    let [message] = &messages[..] else { panic!("expected one email") };
    assert_eq!(message.to(), "new@ex.com");
    assert_eq!(message.subject(), "Confirm your email change for Loggia");
    assert!(message.text().contains("new@ex.com"));
    let (_, rest) =
        message.text().split_once("http://127.0.0.1:8000/verify-email-change?token=").unwrap();
    let token = rest.split_whitespace().next().unwrap();
    assert_eq!(log_in(&app, EMAIL, PASSWORD).await.status, 200, "not yet");

    assert_eq!(verify(&app, token).await.to_string(), CHANGED);
    assert_eq!(log_in(&app, EMAIL, PASSWORD).await.status, 401);
    assert_eq!(log_in(&app, "NEW@ex.com", PASSWORD).await.text_at("/email"), "new@ex.com");
    let profile = send_with_token(&app, &access, "GET", "/api/v1/users/me", Value::Null).await;
    assert_eq!(profile.text_at("/email"), "new@ex.com");
    assert_eq!(verify(&app, token).await.to_string(), BAD_LINK, "a token is good once");
    assert!(app.sent_mail().await.is_empty());
}

#[actix_web::test]
async fn a_change_request_names_each_error() {
    let app = TestApp::spawn().await;
    let access = register(&app, EMAIL).await.text_at("/access");
    register(&app, "taken@ex.com").await;
    let cases = [
        (json!({ "email": "nonsense" }), "400 Bad Request\n{\"detail\":\"Invalid email address\"}"),
        (json!({ "email": "" }), "400 Bad Request\n{\"detail\":\"Invalid email address\"}"),
        (
            json!({ "email": "TAKEN@ex.com" }),
            "400 Bad Request\n{\"detail\":\"Email already taken\"}",
        ),
        (
            json!({}),
            "400 Bad Request\n{\"detail\":\"Field required\",\"errors\":[\
            {\"location\":[\"body\",\"data\",\"email\"],\"message\":\"Field required\",\"type\":\"missing\"}]}",
        ),
        (
            json!({ "email": ["a@ex.com"] }),
            "400 Bad Request\n{\"detail\":\"Input should be a valid string\",\"errors\":[\
            {\"location\":[\"body\",\"data\",\"email\"],\"message\":\"Input should be a valid string\",\"type\":\"string_type\"}]}",
        ),
    ];
    for (body, expected) in cases {
        let response = send_with_token(&app, &access, "PATCH", CHANGE, body).await;
        assert_eq!(response.to_string(), expected);
    }
    let response = app.anonymous().patch(CHANGE, json!({ "email": "a@ex.com" })).await;
    assert_eq!(response.to_string(), "401 Unauthorized\n{\"detail\":\"Unauthorized\"}");
    assert!(app.sent_mail().await.is_empty());
}

#[actix_web::test]
async fn the_own_address_does_not_count_as_taken() {
    let app = TestApp::spawn().await;
    let access = register(&app, EMAIL).await.text_at("/access");
    assert_eq!(change(&app, &access, EMAIL).await.to_string(), SENT);
    let token = emailed_token(&app).await;
    assert_eq!(verify(&app, &token).await.to_string(), CHANGED);
}

#[actix_web::test]
async fn verification_names_each_error() {
    let app = TestApp::spawn().await;
    assert_snapshot!(app.anonymous().get("/api/v1/auth/email/verify").await, @r#"
    400 Bad Request
    {"detail":"Field required","errors":[{"location":["query","token"],"message":"Field required","type":"missing"}]}
    "#);
    for token in ["", "unknown", "%F0%9F%92%A9", "%ff"] {
        assert_eq!(verify(&app, token).await.to_string(), BAD_LINK, "{token}");
    }
    assert_snapshot!(verify(&app, "a%00b").await, @r#"
    400 Bad Request
    {"detail":"Value error, Null characters are not allowed.","errors":[{"location":["query","token"],"message":"Value error, Null characters are not allowed.","type":"value_error"}]}
    "#);
}

#[actix_web::test]
async fn a_newer_email_replaces_the_older_one() {
    let app = TestApp::spawn().await;
    let access = register(&app, EMAIL).await.text_at("/access");
    change(&app, &access, "first@ex.com").await;
    let older = emailed_token(&app).await;
    change(&app, &access, "second@ex.com").await;
    let newer = emailed_token(&app).await;

    assert_eq!(verify(&app, &older).await.to_string(), BAD_LINK);
    assert_eq!(verify(&app, &newer).await.to_string(), CHANGED);
}

#[actix_web::test]
async fn a_change_token_expires_after_a_day() {
    let app = TestApp::spawn().await;
    let access = register(&app, EMAIL).await.text_at("/access");
    change(&app, &access, "new@ex.com").await;
    let token = emailed_token(&app).await;
    app.clock().advance(Duration::from_secs(24 * 60 * 60 + 1));

    let response = verify(&app, &token).await;

    assert_eq!(response.to_string(), "400 Bad Request\n{\"detail\":\"Token has expired.\"}");
    assert_eq!(verify(&app, &token).await.to_string(), BAD_LINK, "it is gone");
}

#[actix_web::test]
async fn an_address_taken_before_the_verification_is_rejected() {
    let app = TestApp::spawn().await;
    let access = register(&app, EMAIL).await.text_at("/access");
    change(&app, &access, "new@ex.com").await;
    let token = emailed_token(&app).await;
    register(&app, "new@ex.com").await;

    let response = verify(&app, &token).await;

    assert_eq!(response.to_string(), "400 Bad Request\n{\"detail\":\"Email already taken.\"}");
    assert_eq!(verify(&app, &token).await.to_string(), BAD_LINK, "it is gone");
}

#[actix_web::test]
async fn of_twenty_concurrent_verifications_one_succeeds() {
    let app = TestApp::spawn().await;
    let access = register(&app, EMAIL).await.text_at("/access");
    change(&app, &access, "new@ex.com").await;
    let token = emailed_token(&app).await;

    let responses = join_all((0..20).map(|_| verify(&app, &token))).await;

    let done = responses.iter().filter(|response| response.status == 200).count();
    assert_eq!(done, 1);
    assert!(responses.iter().all(|response| [CHANGED, BAD_LINK].contains(&&*response.to_string())));
}
