//! `/auth/token/`. Source: docs/contract/djoser.md «Opaque tokens».

use futures_util::future::join_all;
use insta::assert_snapshot;
use serde_json::json;

use super::{opaque, with_header};
use crate::app::{Request, TestApp};

const LOGIN: &str = "/auth/token/login/";
const LOGOUT: &str = "/auth/token/logout/";
const ME: &str = "/auth/users/me/";

#[actix_web::test]
async fn returns_the_same_token_again() {
    let app = TestApp::spawn().await;
    app.user("example").await;

    let login = json!({ "username": "example", "password": TestApp::PASSWORD });
    let response = app.anonymous().post(LOGIN, login).await;

    assert_snapshot!(response, @r#"
    200 OK
    {"auth_token":"[token]"}
    "#);
    assert_eq!(response.text_at("/auth_token"), opaque(&app, "example").await);
}

#[actix_web::test]
async fn concurrent_logins_get_one_token() {
    let app = TestApp::spawn().await;
    app.user("alice").await;

    let tokens = join_all((0..10).map(|_| opaque(&app, "alice"))).await;

    assert!(tokens.iter().all(|token| Some(token) == tokens.first()));
}

#[actix_web::test]
async fn does_not_reveal_why_a_login_failed() {
    let app = TestApp::spawn().await;
    let bob = app.user("bob").await;
    app.user("alice").await;
    let accounts = &app.services().accounts;
    accounts.set_active(&mut app.work(), bob.account().id, false).await.unwrap();

    for body in [
        json!({ "username": "alice", "password": "wrong" }),
        json!({ "username": "ALICE", "password": TestApp::PASSWORD }),
        json!({ "username": "alice@example.com", "password": TestApp::PASSWORD }),
        json!({ "username": "unknown", "password": TestApp::PASSWORD }),
        json!({ "username": "bob", "password": TestApp::PASSWORD }),
        json!({ "username": "alice" }),
        json!({ "password": TestApp::PASSWORD }),
        json!({}),
    ] {
        let response = app.anonymous().post(LOGIN, body.clone()).await;
        assert_eq!(
            response.to_string(),
            "400 Bad Request\n{\"non_field_errors\":[\"Unable to log in with provided credentials.\"]}",
            "{body}"
        );
    }
}

#[actix_web::test]
async fn names_invalid_fields() {
    let app = TestApp::spawn().await;

    let body = json!({ "username": null, "password": " " });
    assert_snapshot!(app.anonymous().post(LOGIN, body).await, @r#"
    400 Bad Request
    {"password":["This field may not be blank."],"username":["This field may not be null."]}
    "#);
}

#[actix_web::test]
async fn trims_the_password() {
    let app = TestApp::spawn().await;
    app.user("alice").await;

    let password = format!("  {} ", TestApp::PASSWORD);
    let login = json!({ "username": " alice ", "password": password });
    assert_eq!(app.anonymous().post(LOGIN, login).await.status, 200);
}

#[actix_web::test]
async fn throttles_login_attempts() {
    let app = TestApp::with(|options| options.is_rate_limited = true).await;
    app.user("alice").await;
    let wrong = || json!({ "username": "alice", "password": "wrong" });

    for _ in 0..20 {
        assert_eq!(app.anonymous().post(LOGIN, wrong()).await.status, 400);
    }
    let response = app.anonymous().post(LOGIN, wrong()).await;

    assert_eq!(response.status, 429, "{response}");
    assert!(response.header("Retry-After").is_some());
}

#[actix_web::test]
async fn logging_out_revokes_the_token_whatever_the_body() {
    let app = TestApp::spawn().await;
    app.user("alice").await;
    let bearer = format!("Bearer {}", opaque(&app, "alice").await);

    let request = Request::new("POST", LOGOUT)
        .header("Authorization", &bearer)
        .header("Content-Type", "text/plain")
        .body("{");
    assert_snapshot!(app.send(request).await, @"204 No Content");

    assert_snapshot!(with_header(&app, "POST", LOGOUT, &bearer).await, @r#"
    401 Unauthorized
    {"detail":"Invalid token."}
    "#);
    assert_ne!(format!("Bearer {}", opaque(&app, "alice").await), bearer);
}

#[actix_web::test]
async fn logging_out_ends_only_the_session_of_a_signed_token() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let token = opaque(&app, "alice").await;
    let login = json!({ "username": "alice", "password": TestApp::PASSWORD });
    let other = app.anonymous().post("/auth/jwt/create/", login).await;

    assert_snapshot!(alice.post(LOGOUT, ()).await, @"204 No Content");

    let refresh = json!({ "refresh": alice.refresh() });
    assert_snapshot!(alice.get(ME).await, @r#"
    401 Unauthorized
    {"code":"token_not_valid","detail":"Given token not valid for any token type","messages":[{"message":"Token is blacklisted","token_class":"AccessToken","token_type":"access"}]}
    "#);
    assert_snapshot!(app.anonymous().post("/auth/jwt/refresh/", refresh).await, @r#"
    401 Unauthorized
    {"code":"token_not_valid","detail":"Token is blacklisted"}
    "#);
    let opaque_response = with_header(&app, "GET", ME, &format!("Token {token}")).await;
    assert_eq!(opaque_response.status, 401);
    let other = format!("Bearer {}", other.text_at("/access"));
    assert_eq!(with_header(&app, "GET", ME, &other).await.status, 200);
}

#[actix_web::test]
async fn a_signed_token_survives_a_logout_under_the_django_policy() {
    let app = TestApp::django().await;
    let alice = app.user("alice").await;

    assert_snapshot!(alice.post(LOGOUT, ()).await, @"204 No Content");
    assert_eq!(alice.get(ME).await.status, 200);
}

#[actix_web::test]
async fn logging_out_requires_credentials() {
    let app = TestApp::spawn().await;

    for method in ["POST", "GET", "OPTIONS"] {
        let shown = app.anonymous().send_json(method, LOGOUT, ()).await.to_string();
        assert_eq!(
            shown,
            "401 Unauthorized\n{\"detail\":\"Authentication credentials were not provided.\"}"
        );
    }
}
