//! `/api/v1/auth/register`, `logout` and `delete`.

use futures_util::future::join_all;
use insta::assert_snapshot;
use loggia_identity::SessionPolicy;
use serde_json::Value;

use super::{EMAIL, PASSWORD, expect_each, log_in, register, send_with_token};
use crate::app::{Request, TestApp};

#[actix_web::test]
async fn registers_an_account_and_logs_it_in() {
    let app = TestApp::spawn().await;

    let response = register(&app, EMAIL).await;

    assert_snapshot!(response, @r#"
    200 OK
    {"access":"[jwt]","refresh":"[jwt]"}
    "#);
    assert!(response.text().starts_with(r#"{"access":"#));
    let access = response.text_at("/access");
    let profile = send_with_token(&app, &access, "GET", "/api/v1/users/me", Value::Null).await;
    assert_eq!(profile.text_at("/username"), "jane.doe");
    assert_eq!(profile.text_at("/slug"), "janedoe");
    assert!(app.sent_mail().await.is_empty());
}

#[actix_web::test]
async fn lowercases_the_address_and_derives_available_names() {
    let app = TestApp::spawn().await;
    let cases = [
        (" Jane.Doe@Ex.Com ", "jane.doe@ex.com", "jane.doe", "janedoe"),
        ("jane.doe@goo.com", "jane.doe@goo.com", "jane.doe-1", "janedoe-1"),
        ("Alice.Smith+x@ex.com", "alice.smith+x@ex.com", "alice.smithx", "alicesmithx"),
        ("jane_doe@ex.com", "jane_doe@ex.com", "jane_doe", "jane_doe"),
        ("-@ex.com", "-@ex.com", "user", "user"),
    ];
    for (sent, email, username, slug) in cases {
        let access = register(&app, sent).await.text_at("/access");
        let profile = send_with_token(&app, &access, "GET", "/api/v1/users/me", Value::Null).await;
        assert_eq!(profile.text_at("/email"), email);
        assert_eq!(profile.text_at("/username"), username);
        assert_eq!(profile.text_at("/slug"), slug);
    }
}

#[actix_web::test]
async fn registration_names_each_error() {
    let app = TestApp::spawn().await;
    register(&app, EMAIL).await;
    let too_long = format!(r#"{{"email":"a@ex.com","password":"{}"}}"#, "x".repeat(4097));
    let long_email =
        format!(r#"{{"email":"{}@ex.com","password":"s3cret-pass"}}"#, "a".repeat(250));
    expect_each(&app, ("POST", "/api/v1/auth/register"), &[
        ("{}", "400 Bad Request\n{\"detail\":\"Field required; Field required\",\"errors\":[\
            {\"location\":[\"body\",\"data\",\"email\"],\"message\":\"Field required\",\"type\":\"missing\"},\
            {\"location\":[\"body\",\"data\",\"password\"],\"message\":\"Field required\",\"type\":\"missing\"}]}"),
        (r#"{"email":"a@ex.com"}"#, "400 Bad Request\n{\"detail\":\"Field required\",\"errors\":[\
            {\"location\":[\"body\",\"data\",\"password\"],\"message\":\"Field required\",\"type\":\"missing\"}]}"),
        (r#"{"email":5,"password":null}"#, "400 Bad Request\n{\"detail\":\"Input should be a valid string; Input should be a valid string\",\"errors\":[\
            {\"location\":[\"body\",\"data\",\"email\"],\"message\":\"Input should be a valid string\",\"type\":\"string_type\"},\
            {\"location\":[\"body\",\"data\",\"password\"],\"message\":\"Input should be a valid string\",\"type\":\"string_type\"}]}"),
        (r#"{"email":"jane.doe@ex.com","password":"s3cret-pass"}"#,
            "400 Bad Request\n{\"detail\":\"User with this email already exists\"}"),
        (r#"{"email":"Jane.DOE@ex.com","password":"s3cret-pass"}"#,
            "400 Bad Request\n{\"detail\":\"User with this email already exists\"}"),
        (r#"{"email":"jane.doe@EX.com","password":"s3cret-pass"}"#,
            "400 Bad Request\n{\"detail\":\"User with this email already exists\"}"),
        (r#"{"email":"notanemail","password":"s3cret-pass"}"#,
            "400 Bad Request\n{\"detail\":\"Invalid email address\"}"),
        (r#"{"email":"","password":"s3cret-pass"}"#,
            "400 Bad Request\n{\"detail\":\"Invalid email address\"}"),
        (&long_email, "400 Bad Request\n{\"detail\":\"Invalid email address\"}"),
        (r#"{"email":"a@ex.com","password":""}"#,
            "400 Bad Request\n{\"detail\":\"Password cannot be empty\"}"),
        (r#"{"email":"a@ex.com","password":"12345"}"#,
            "400 Bad Request\n{\"detail\":\"This password is too short. It must contain at least 8 characters. \
            This password is too common. This password is entirely numeric.\"}"),
        (r#"{"email":"gardener@ex.com","password":"gardener1"}"#,
            "400 Bad Request\n{\"detail\":\"The password is too similar to the username.\"}"),
        (&too_long, "400 Bad Request\n{\"detail\":\"String should have at most 4096 characters\",\"errors\":[\
            {\"location\":[\"body\",\"data\",\"password\"],\"message\":\"String should have at most 4096 characters\",\"type\":\"string_too_long\"}]}"),
        (r#"{"email":"a@ex.com","password":"s3cret\u0000pass"}"#,
            "400 Bad Request\n{\"detail\":\"Value error, Null characters are not allowed.\",\"errors\":[\
            {\"location\":[\"body\",\"data\",\"password\"],\"message\":\"Value error, Null characters are not allowed.\",\"type\":\"value_error\"}]}"),
        (r#"{"email":"a@ex.com","password":"s3cret\ud800pass"}"#,
            "400 Bad Request\n{\"detail\":\"Input should be a valid string\",\"errors\":[\
            {\"location\":[\"body\",\"data\",\"password\"],\"message\":\"Input should be a valid string\",\"type\":\"string_type\"}]}"),
        (r#"{"email":"b@ex.com","password":"s3cret-pass","is_superuser":true}"#,
            "200 OK\n{\"access\":\"[jwt]\",\"refresh\":\"[jwt]\"}"),
    ]).await;
}

#[actix_web::test]
async fn of_twenty_concurrent_registrations_one_gets_the_address() {
    let app = TestApp::spawn().await;

    let responses = join_all((0..20).map(|_| register(&app, EMAIL))).await;

    let (made, refused): (Vec<_>, Vec<_>) =
        responses.into_iter().partition(|response| response.status == 200);
    assert_eq!(made.len(), 1);
    for response in refused {
        assert_eq!(
            response.to_string(),
            "400 Bad Request\n{\"detail\":\"User with this email already exists\"}"
        );
    }
}

#[actix_web::test]
async fn concurrent_registrations_with_one_local_part_get_different_names() {
    let app = TestApp::spawn().await;
    let emails: Vec<String> = (0..10).map(|n| format!("jane@ex{n}.com")).collect();

    let responses = join_all(emails.iter().map(|email| register(&app, email))).await;

    let mut slugs = Vec::new();
    for response in responses {
        let access = response.text_at("/access");
        let profile = send_with_token(&app, &access, "GET", "/api/v1/users/me", Value::Null).await;
        slugs.push(profile.text_at("/slug"));
    }
    slugs.sort();
    slugs.dedup();
    assert_eq!(slugs.len(), 10);
}

const LOGGED_OUT: &str = "200 OK\n{\"detail\":\"Logged out successfully.\"}";

#[actix_web::test]
async fn logging_out_ends_the_session() {
    let app = TestApp::spawn().await;
    let tokens = register(&app, EMAIL).await;
    let other = log_in(&app, EMAIL, PASSWORD).await.text_at("/access");
    let (access, refresh) = (tokens.text_at("/access"), tokens.text_at("/refresh"));

    let response = send_with_token(&app, &access, "POST", "/api/v1/auth/logout", Value::Null).await;

    assert_eq!(response.to_string(), LOGGED_OUT);
    let profile = send_with_token(&app, &access, "GET", "/api/v1/users/me", Value::Null).await;
    assert_snapshot!(profile, @r#"
    401 Unauthorized
    {"code":"token_not_valid","detail":"Given token not valid for any token type","messages":[{"message":"Token is invalid or expired","token_class":"AccessToken","token_type":"access"}]}
    "#);
    let refreshed = serde_json::json!({ "refresh": refresh });
    let refreshed = app.anonymous().post("/api/v1/token/refresh", refreshed).await;
    assert_snapshot!(refreshed, @r#"
    401 Unauthorized
    {"code":"token_not_valid","detail":"Token is invalid or expired"}
    "#);
    let again = send_with_token(&app, &access, "POST", "/api/v1/auth/logout", Value::Null).await;
    assert_eq!(again.to_string(), LOGGED_OUT);
    let profile = send_with_token(&app, &other, "GET", "/api/v1/users/me", Value::Null).await;
    assert_eq!(profile.status, 200, "another session stays valid");
}

#[actix_web::test]
async fn logging_out_ignores_invalid_tokens_and_bodies() {
    let app = TestApp::spawn().await;
    let path = "/api/v1/auth/logout";
    assert_eq!(app.anonymous().post(path, ()).await.to_string(), LOGGED_OUT);
    assert_eq!(app.anonymous().post(path, "{").await.to_string(), LOGGED_OUT);
    for header in ["Bearer garbage", "Bearer ", "Token abc", "Basic YTpi"] {
        let request = Request::new("POST", path).header("Authorization", header);
        assert_eq!(app.send(request).await.to_string(), LOGGED_OUT, "{header}");
    }
    let refresh = register(&app, EMAIL).await.text_at("/refresh");
    let response = send_with_token(&app, &refresh, "POST", path, Value::Null).await;
    assert_eq!(response.to_string(), LOGGED_OUT);
}

#[actix_web::test]
async fn under_the_django_policy_logging_out_keeps_tokens_valid() {
    let app = TestApp::with(|options| options.session.policy = SessionPolicy::Django).await;
    let access = register(&app, EMAIL).await.text_at("/access");

    let response = send_with_token(&app, &access, "POST", "/api/v1/auth/logout", Value::Null).await;

    assert_eq!(response.to_string(), LOGGED_OUT);
    let profile = send_with_token(&app, &access, "GET", "/api/v1/users/me", Value::Null).await;
    assert_eq!(profile.status, 200);
}

#[actix_web::test]
async fn deletes_the_account_permanently() {
    let app = TestApp::spawn().await;
    let tokens = register(&app, EMAIL).await;
    let access = tokens.text_at("/access");

    let response =
        send_with_token(&app, &access, "DELETE", "/api/v1/auth/delete", Value::Null).await;

    assert_snapshot!(response, @r#"
    200 OK
    {"detail":"Account deleted successfully."}
    "#);
    let again = send_with_token(&app, &access, "DELETE", "/api/v1/auth/delete", Value::Null).await;
    assert_snapshot!(again, @r#"
    401 Unauthorized
    {"code":"authentication_failed","detail":"User not found"}
    "#);
    let refresh = serde_json::json!({ "refresh": tokens.text_at("/refresh") });
    assert_snapshot!(app.anonymous().post("/api/v1/token/refresh", refresh).await, @r#"
    401 Unauthorized
    {"code":"authentication_failed","detail":"No active account found with the given credentials"}
    "#);
    assert_eq!(log_in(&app, EMAIL, PASSWORD).await.status, 401);
    assert_eq!(register(&app, EMAIL).await.status, 200, "the address is available again");
}

#[actix_web::test]
async fn deletion_requires_a_token_and_ignores_the_body() {
    let app = TestApp::spawn().await;
    assert_snapshot!(app.anonymous().delete("/api/v1/auth/delete", ()).await, @r#"
    401 Unauthorized
    {"detail":"Unauthorized"}
    "#);
    let jane = app.user("jane").await;
    let response = jane.delete("/api/v1/auth/delete", "not json").await;
    assert_eq!(response.status, 200);
}

#[actix_web::test]
async fn the_last_superuser_cannot_be_deleted() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;

    let response = admin.delete("/api/v1/auth/delete", ()).await;

    assert_eq!(response.status, 409);
    assert_eq!(admin.get("/api/v1/users/me").await.status, 200);
}

#[actix_web::test]
async fn of_ten_concurrent_deletions_one_succeeds() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;

    let responses = join_all((0..10).map(|_| jane.delete("/api/v1/auth/delete", ()))).await;

    let done = responses.iter().filter(|response| response.status == 200).count();
    assert_eq!(done, 1);
    assert!(responses.iter().all(|response| [200, 401].contains(&response.status.as_u16())));
}
