//! `/api/v1/token/...`.

use std::time::Duration;

use insta::assert_snapshot;
use loggia_identity::SessionPolicy;
use serde_json::{Value, json};

use super::{EMAIL, PASSWORD, expect_each, log_in, register, send_with_token};
use crate::app::TestApp;

const NO_ACTIVE_ACCOUNT: &str = "401 Unauthorized\n\
    {\"code\":\"authentication_failed\",\"detail\":\"No active account found with the given credentials\"}";
const BAD: &str =
    "401 Unauthorized\n{\"code\":\"token_not_valid\",\"detail\":\"Token is invalid or expired\"}";
const NOT_JSON: &str = "400 Bad Request\n{\"detail\":\"Cannot parse request body\"}";
const EMPTY: &str = "400 Bad Request\n{\"detail\":\"Field required\",\"errors\":[\
    {\"location\":[\"body\",\"data\"],\"message\":\"Field required\",\"type\":\"missing\"}]}";
const NO_OBJECT: &str = "400 Bad Request\n\
    {\"detail\":\"Input should be a valid dictionary or object to extract fields from\",\"errors\":[\
    {\"location\":[\"body\",\"data\"],\
    \"message\":\"Input should be a valid dictionary or object to extract fields from\",\
    \"type\":\"model_attributes_type\"}]}";

#[actix_web::test]
async fn logs_in() {
    let app = TestApp::spawn().await;
    register(&app, EMAIL).await;

    let response = log_in(&app, EMAIL, PASSWORD).await;

    assert_snapshot!(response, @r#"
    200 OK
    {"access":"[jwt]","email":"jane.doe@ex.com","refresh":"[jwt]"}
    "#);
    assert!(response.text().starts_with(r#"{"email":"jane.doe@ex.com","refresh":"#));
    let access = response.text_at("/access");
    let profile = send_with_token(&app, &access, "GET", "/api/v1/users/me", Value::Null).await;
    assert_eq!(profile.status, 200);
    let other_case = log_in(&app, " JANE.Doe@Ex.COM", PASSWORD).await;
    assert_eq!(other_case.text_at("/email"), EMAIL);
}

#[actix_web::test]
async fn a_login_names_each_error() {
    let app = TestApp::spawn().await;
    register(&app, EMAIL).await;
    let too_long = format!(r#"{{"email":"{EMAIL}","password":"{}"}}"#, "x".repeat(4097));
    expect_each(&app, ("POST", "/api/v1/token/pair"), &[
        ("{}", "400 Bad Request\n{\"code\":\"invalid\",\"detail\":\"Invalid input.\",\
            \"email\":\"email is required\",\"password\":\"password is required\"}"),
        (r#"{"email":"jane.doe@ex.com"}"#, "400 Bad Request\n{\"code\":\"invalid\",\
            \"detail\":\"Invalid input.\",\"password\":\"password is required\"}"),
        (r#"{"email":"","password":"s3cret-pass"}"#, "400 Bad Request\n{\"code\":\"invalid\",\
            \"detail\":\"Invalid input.\",\"email\":\"email is required\"}"),
        (r#"{"email":null,"password":"s3cret-pass"}"#, "400 Bad Request\n{\"code\":\"invalid\",\
            \"detail\":\"Invalid input.\",\"email\":\"email is required\"}"),
        (r#"{"email":"jane.doe@ex.com","password":"wrong-pass"}"#, NO_ACTIVE_ACCOUNT),
        (r#"{"email":"unknown@ex.com","password":"s3cret-pass"}"#, NO_ACTIVE_ACCOUNT),
        (r#"{"email":"jane.doe","password":"s3cret-pass"}"#, NO_ACTIVE_ACCOUNT),
        (r#"{"email":5,"password":"s3cret-pass"}"#, NO_ACTIVE_ACCOUNT),
        (r#"{"email":"jane.doe@ex.com","password":5}"#, NO_ACTIVE_ACCOUNT),
        (r#"{"email":"jane\u0000@ex.com","password":"s3cret-pass"}"#, NO_ACTIVE_ACCOUNT),
        (r#"{"email":"jane\udc00@ex.com","password":"s3cret-pass"}"#, NO_ACTIVE_ACCOUNT),
        (r#"{"email":"jane.doe@ex.com","password":"s3cret-pass","x":1}"#,
            "400 Bad Request\n{\"detail\":\"Extra inputs are not permitted\",\"errors\":[\
            {\"location\":[\"body\",\"data\",\"x\"],\"message\":\"Extra inputs are not permitted\",\"type\":\"extra_forbidden\"}]}"),
        (&too_long, "400 Bad Request\n{\"detail\":\"String should have at most 4096 characters\",\"errors\":[\
            {\"location\":[\"body\",\"data\",\"password\"],\"message\":\"String should have at most 4096 characters\",\"type\":\"string_too_long\"}]}"),
        ("{", NOT_JSON),
        ("email=jane.doe%40ex.com&password=s3cret-pass", NOT_JSON),
        ("", EMPTY),
        ("[]", NO_OBJECT),
        ("5", NO_OBJECT),
        ("null", NO_OBJECT),
    ]).await;
    let response = app.anonymous().get("/api/v1/token/pair").await;
    assert_eq!(response.to_string(), "405 Method Not Allowed\n{\"detail\":\"Method not allowed\"}");
    assert_eq!(response.header("Allow").as_deref(), Some("POST"));
}

#[actix_web::test]
async fn an_inactive_account_is_indistinguishable_from_an_unknown_one() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    let accounts = &app.services().accounts;
    accounts.set_active(&mut app.work(), jane.account().id, false).await.unwrap();

    let response = log_in(&app, "jane@example.com", TestApp::PASSWORD).await;
    assert_eq!(response.to_string(), NO_ACTIVE_ACCOUNT);
    let refresh = json!({ "refresh": jane.refresh() });
    let response = app.anonymous().post("/api/v1/token/refresh", refresh).await;
    assert_eq!(response.to_string(), NO_ACTIVE_ACCOUNT);
    assert_snapshot!(jane.get("/api/v1/users/me").await, @r#"
    401 Unauthorized
    {"code":"authentication_failed","detail":"User is inactive"}
    "#);
}

#[actix_web::test]
async fn refreshes_repeatedly_with_the_same_token() {
    let app = TestApp::spawn().await;
    let refresh = register(&app, EMAIL).await.text_at("/refresh");
    for _ in 0..2 {
        app.clock().advance(Duration::from_secs(60 * 60));
        let body = json!({ "refresh": refresh, "ignored": true });
        let response = app.anonymous().post("/api/v1/token/refresh", body).await;
        assert_eq!(response.text_at("/refresh"), refresh);
        assert!(response.text().starts_with(r#"{"refresh":"#));
        let access = response.text_at("/access");
        let profile = send_with_token(&app, &access, "GET", "/api/v1/users/me", Value::Null).await;
        assert_eq!(profile.status, 200);
    }
    app.clock().advance(Duration::from_secs(22 * 60 * 60));
    let body = json!({ "refresh": refresh });
    let response = app.anonymous().post("/api/v1/token/refresh", body).await;
    assert_eq!(response.to_string(), BAD, "a day has passed");
}

#[actix_web::test]
async fn a_refresh_names_each_error() {
    let app = TestApp::spawn().await;
    let access = register(&app, EMAIL).await.text_at("/access");
    let wrong_type = format!(r#"{{"refresh":"{access}"}}"#);
    let required = "400 Bad Request\n{\"code\":\"invalid\",\"detail\":\"Invalid input.\",\"refresh\":\"token is required\"}";
    expect_each(&app, ("POST", "/api/v1/token/refresh"), &[
        ("{}", required),
        (r#"{"refresh":""}"#, required),
        (r#"{"refresh":null}"#, required),
        (r#"{"refresh":"garbage"}"#, BAD),
        (r#"{"refresh":5}"#, BAD),
        (r#"{"refresh":"a\u0000b"}"#, BAD),
        (&wrong_type, "401 Unauthorized\n{\"code\":\"token_not_valid\",\"detail\":\"Token has wrong type\"}"),
        ("{", NOT_JSON),
        ("", EMPTY),
        ("[]", NO_OBJECT),
    ]).await;
}

#[actix_web::test]
async fn verifies_tokens_of_both_kinds() {
    let app = TestApp::spawn().await;
    let tokens = register(&app, EMAIL).await;
    let path = "/api/v1/token/verify";
    for kind in ["/access", "/refresh"] {
        let body = json!({ "token": tokens.text_at(kind) });
        let response = app.anonymous().post(path, body).await;
        assert_eq!(response.to_string(), "200 OK\n{}");
    }
    let required = "400 Bad Request\n{\"code\":\"invalid\",\"detail\":\"Invalid input.\",\"token\":\"token is required\"}";
    expect_each(
        &app,
        ("POST", path),
        &[
            ("{}", required),
            (r#"{"token":""}"#, required),
            (r#"{"token":"garbage"}"#, BAD),
            (r#"{"token":5}"#, BAD),
            ("{", NOT_JSON),
            ("", EMPTY),
            ("[]", NO_OBJECT),
        ],
    )
    .await;
    let access = tokens.text_at("/access");
    app.clock().advance(Duration::from_secs(60 * 60));
    let response = app.anonymous().post(path, json!({ "token": access })).await;
    assert_eq!(response.to_string(), BAD, "an hour has passed");
}

#[actix_web::test]
async fn a_token_of_an_ended_session_is_invalid() {
    for (policy, status) in [(SessionPolicy::Strict, 401), (SessionPolicy::Django, 200)] {
        let app = TestApp::with(|options| options.session.policy = policy).await;
        let jane = app.user("jane").await;
        jane.post("/api/v1/auth/logout", ()).await;
        let body = json!({ "token": jane.access() });
        let response = app.anonymous().post("/api/v1/token/verify", body).await;
        assert_eq!(response.status, status);
    }
}
