//! `/api/v1/auth/change-password` and `password-reset/...`.

use std::time::Duration;

use futures_util::future::join_all;
use insta::assert_snapshot;
use serde_json::{Value, json};

use super::{
    EMAIL, PASSWORD, emailed_token, emailed_tokens, expect_each, log_in, register, send_with_token,
};
use crate::app::{Response, TestApp};

const CHANGE: &str = "/api/v1/auth/change-password";
const REQUEST: &str = "/api/v1/auth/password-reset/request";
const CONFIRM: &str = "/api/v1/auth/password-reset/confirm";
const NEW: &str = "another-pass";
const SENT: &str =
    "200 OK\n{\"detail\":\"If the email exists, a password reset link has been sent.\"}";
const RESET: &str = "200 OK\n{\"detail\":\"Password has been reset successfully.\"}";
const BAD_LINK: &str = "400 Bad Request\n{\"detail\":\"Invalid or expired token.\"}";

async fn request(app: &TestApp, email: &str) -> Response {
    app.anonymous().post(REQUEST, json!({ "email": email })).await
}

async fn confirm(app: &TestApp, token: &str, password: &str) -> Response {
    let body = json!({ "token": token, "new_password": password });
    app.anonymous().post(CONFIRM, body).await
}

#[actix_web::test]
async fn changes_the_password() {
    let app = TestApp::spawn().await;
    let access = register(&app, EMAIL).await.text_at("/access");
    let other = log_in(&app, EMAIL, PASSWORD).await.text_at("/access");

    let body = json!({ "old_password": PASSWORD, "new_password": NEW });
    let response = send_with_token(&app, &access, "POST", CHANGE, body).await;

    assert_snapshot!(response, @r#"
    200 OK
    {"detail":"Password changed successfully."}
    "#);
    assert_eq!(log_in(&app, EMAIL, PASSWORD).await.status, 401);
    assert_eq!(log_in(&app, EMAIL, NEW).await.status, 200);
    let profile = send_with_token(&app, &access, "GET", "/api/v1/users/me", Value::Null).await;
    assert_eq!(profile.status, 200, "the current session stays valid");
    let profile = send_with_token(&app, &other, "GET", "/api/v1/users/me", Value::Null).await;
    assert_eq!(profile.status, 401, "other sessions end");
}

#[actix_web::test]
async fn under_the_django_policy_other_sessions_stay_valid() {
    let app = TestApp::django().await;
    let access = register(&app, EMAIL).await.text_at("/access");
    let other = log_in(&app, EMAIL, PASSWORD).await.text_at("/access");
    let body = json!({ "old_password": PASSWORD, "new_password": NEW });
    send_with_token(&app, &access, "POST", CHANGE, body).await;
    let profile = send_with_token(&app, &other, "GET", "/api/v1/users/me", Value::Null).await;
    assert_eq!(profile.status, 200);
}

#[actix_web::test]
async fn a_change_names_each_error() {
    let app = TestApp::spawn().await;
    let access = register(&app, EMAIL).await.text_at("/access");
    let cases = [
        (
            json!({ "old_password": "wrong", "new_password": NEW }),
            "400 Bad Request\n{\"detail\":\"Old password is incorrect\"}",
        ),
        (
            json!({ "old_password": "wrong", "new_password": "pw" }),
            "400 Bad Request\n{\"detail\":\"Old password is incorrect\"}",
        ),
        (
            json!({ "old_password": PASSWORD, "new_password": "" }),
            "400 Bad Request\n{\"detail\":\"Password cannot be empty\"}",
        ),
        (
            json!({ "old_password": PASSWORD, "new_password": "12345" }),
            "400 Bad Request\n{\"detail\":\"This password is too short. It must contain at least 8 characters. \
            This password is too common. This password is entirely numeric.\"}",
        ),
        (
            json!({ "old_password": PASSWORD, "new_password": "jane.doe@ex.com" }),
            "400 Bad Request\n{\"detail\":\"The password is too similar to the email address.\"}",
        ),
        (
            json!({ "old_password": PASSWORD }),
            "400 Bad Request\n{\"detail\":\"Field required\",\"errors\":[\
            {\"location\":[\"body\",\"data\",\"new_password\"],\"message\":\"Field required\",\"type\":\"missing\"}]}",
        ),
        (
            json!({ "old_password": 1, "new_password": NEW }),
            "400 Bad Request\n{\"detail\":\"Input should be a valid string\",\"errors\":[\
            {\"location\":[\"body\",\"data\",\"old_password\"],\"message\":\"Input should be a valid string\",\"type\":\"string_type\"}]}",
        ),
    ];
    for (body, expected) in cases {
        let response = send_with_token(&app, &access, "POST", CHANGE, body).await;
        assert_eq!(response.to_string(), expected);
    }
    assert_eq!(log_in(&app, EMAIL, PASSWORD).await.status, 200, "nothing changed");
    let response = app.anonymous().post(CHANGE, "{").await;
    assert_eq!(response.to_string(), "401 Unauthorized\n{\"detail\":\"Unauthorized\"}");
}

#[actix_web::test]
async fn resets_a_password_by_email() {
    let app = TestApp::spawn().await;
    let access = register(&app, EMAIL).await.text_at("/access");

    assert_eq!(request(&app, " Jane.Doe@EX.com ").await.to_string(), SENT);

    let messages = app.sent_mail().await;
    let [message] = &messages[..] else { panic!("expected one email") };
    assert_eq!(message.to(), EMAIL);
    assert_eq!(message.subject(), "Reset your password for Loggia");
    let (_, rest) =
        message.text().split_once("http://127.0.0.1:8000/reset-password?token=").unwrap();
    let token = rest.split_whitespace().next().unwrap();
    assert_eq!(token.len(), 43);
    assert!(message.text().contains("2 hours"), "{}", message.text());

    let response = confirm(&app, token, NEW).await;
    assert_eq!(response.to_string(), RESET);
    assert_eq!(log_in(&app, EMAIL, PASSWORD).await.status, 401);
    assert_eq!(log_in(&app, EMAIL, NEW).await.status, 200);
    let profile = send_with_token(&app, &access, "GET", "/api/v1/users/me", Value::Null).await;
    assert_eq!(profile.status, 401, "its sessions ended");
    let again = confirm(&app, token, PASSWORD).await;
    assert_eq!(again.to_string(), BAD_LINK, "a token is valid once");
}

#[actix_web::test]
async fn a_request_does_not_reveal_whether_an_account_exists() {
    let app = TestApp::spawn().await;
    register(&app, EMAIL).await;
    for email in [EMAIL, "unknown@ex.com", "not an address", ""] {
        assert_eq!(request(&app, email).await.to_string(), SENT, "{email}");
    }
    assert_eq!(emailed_tokens(&app).await.len(), 1);
    expect_each(&app, ("POST", REQUEST), &[
        ("{}", "400 Bad Request\n{\"detail\":\"Field required\",\"errors\":[\
            {\"location\":[\"body\",\"data\",\"email\"],\"message\":\"Field required\",\"type\":\"missing\"}]}"),
        (r#"{"email":7}"#, "400 Bad Request\n{\"detail\":\"Input should be a valid string\",\"errors\":[\
            {\"location\":[\"body\",\"data\",\"email\"],\"message\":\"Input should be a valid string\",\"type\":\"string_type\"}]}"),
        ("{", "400 Bad Request\n{\"detail\":\"Cannot parse request body\"}"),
    ]).await;
}

#[actix_web::test]
async fn a_newer_email_replaces_the_older_one() {
    let app = TestApp::spawn().await;
    register(&app, EMAIL).await;
    request(&app, EMAIL).await;
    let older = emailed_token(&app).await;
    request(&app, EMAIL).await;
    let newer = emailed_token(&app).await;

    assert_eq!(confirm(&app, &older, NEW).await.to_string(), BAD_LINK);
    assert_eq!(confirm(&app, &newer, NEW).await.to_string(), RESET);
}

#[actix_web::test]
async fn a_reset_token_expires_after_two_hours() {
    let app = TestApp::spawn().await;
    register(&app, EMAIL).await;
    request(&app, EMAIL).await;
    let token = emailed_token(&app).await;
    app.clock().advance(Duration::from_secs(2 * 60 * 60 + 1));

    let response = confirm(&app, &token, NEW).await;

    assert_eq!(response.to_string(), "400 Bad Request\n{\"detail\":\"Token has expired.\"}");
    assert_eq!(confirm(&app, &token, NEW).await.to_string(), BAD_LINK, "it is gone");
    request(&app, EMAIL).await;
    let token = emailed_token(&app).await;
    app.clock().advance(Duration::from_secs(2 * 60 * 60));
    assert_eq!(confirm(&app, &token, NEW).await.to_string(), RESET);
}

#[actix_web::test]
async fn a_rejected_password_keeps_the_token_valid() {
    let app = TestApp::spawn().await;
    register(&app, EMAIL).await;
    request(&app, EMAIL).await;
    let token = emailed_token(&app).await;

    let empty = confirm(&app, &token, "").await;
    assert_eq!(empty.to_string(), "400 Bad Request\n{\"detail\":\"Password cannot be empty\"}");
    let common = confirm(&app, &token, "sunshine").await;
    assert_eq!(
        common.to_string(),
        "400 Bad Request\n{\"detail\":\"This password is too common.\"}"
    );
    assert_eq!(confirm(&app, &token, NEW).await.to_string(), RESET);
}

#[actix_web::test]
async fn confirmation_names_each_error() {
    let app = TestApp::spawn().await;
    expect_each(&app, ("POST", CONFIRM), &[
        (r#"{"token":"unknown","new_password":"another-pass"}"#, BAD_LINK),
        (r#"{"token":"","new_password":"another-pass"}"#, BAD_LINK),
        ("{}", "400 Bad Request\n{\"detail\":\"Field required; Field required\",\"errors\":[\
            {\"location\":[\"body\",\"data\",\"token\"],\"message\":\"Field required\",\"type\":\"missing\"},\
            {\"location\":[\"body\",\"data\",\"new_password\"],\"message\":\"Field required\",\"type\":\"missing\"}]}"),
    ]).await;
}

#[actix_web::test]
async fn of_many_concurrent_confirmations_one_succeeds() {
    let app = TestApp::spawn().await;
    register(&app, EMAIL).await;
    request(&app, EMAIL).await;
    let token = emailed_token(&app).await;
    let passwords: Vec<String> = (0..20).map(|n| format!("another-pass-{n}")).collect();

    let responses = join_all(passwords.iter().map(|new| confirm(&app, &token, new))).await;

    let mut good = Vec::new();
    for (response, password) in responses.iter().zip(&passwords) {
        if response.status == 200 {
            good.push(password);
        } else {
            assert_eq!(response.to_string(), BAD_LINK);
        }
    }
    assert_eq!(good.len(), 1);
    assert_eq!(log_in(&app, EMAIL, good[0]).await.status, 200);
}

#[actix_web::test]
async fn changing_the_password_invalidates_a_pending_reset() {
    let app = TestApp::spawn().await;
    let access = register(&app, EMAIL).await.text_at("/access");
    request(&app, EMAIL).await;
    let token = emailed_token(&app).await;
    let body = json!({ "old_password": PASSWORD, "new_password": NEW });
    send_with_token(&app, &access, "POST", CHANGE, body).await;

    assert_eq!(confirm(&app, &token, "third-pass").await.to_string(), BAD_LINK);
}
