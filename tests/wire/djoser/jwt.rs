//! `/auth/jwt/`. Source: docs/contract/djoser.md «JWT».

use std::time::Duration;

use insta::assert_snapshot;
use serde_json::json;

use super::with_header;
use crate::app::{Request, TestApp};

const CREATE: &str = "/auth/jwt/create/";
const REFRESH: &str = "/auth/jwt/refresh/";
const VERIFY: &str = "/auth/jwt/verify/";

#[actix_web::test]
async fn issues_a_token_pair_that_authenticates() {
    let app = TestApp::spawn().await;
    app.user("example").await;

    let login = json!({ "username": "example", "password": TestApp::PASSWORD });
    let response = app.anonymous().post(CREATE, login).await;

    assert_snapshot!(response, @r#"
    200 OK
    {"access":"[jwt]","refresh":"[jwt]"}
    "#);
    assert!(response.text().starts_with(r#"{"refresh":"#));
    let bearer = format!("Bearer {}", response.text_at("/access"));
    let me = with_header(&app, "GET", "/auth/users/me/", &bearer).await;
    assert_eq!(me.status, 200, "{me}");
}

#[actix_web::test]
async fn does_not_reveal_why_a_login_failed() {
    let app = TestApp::spawn().await;
    let bob = app.user("bob").await;
    let accounts = &app.services().accounts;
    accounts.set_active(&mut app.work(), bob.account().id, false).await.unwrap();

    for username in ["bob", "unknown"] {
        let login = json!({ "username": username, "password": TestApp::PASSWORD });
        let response = app.anonymous().post(CREATE, login).await;
        let shown = response.to_string();
        assert_eq!(
            shown,
            "401 Unauthorized\n{\"detail\":\"No active account found with the given credentials\"}"
        );
        assert!(response.header("WWW-Authenticate").is_some());
    }
}

#[actix_web::test]
async fn names_missing_fields() {
    let app = TestApp::spawn().await;

    assert_snapshot!(app.anonymous().post(CREATE, json!({})).await, @r#"
    400 Bad Request
    {"password":["This field is required."],"username":["This field is required."]}
    "#);
    assert_snapshot!(app.anonymous().post(REFRESH, json!({ "refresh": "" })).await, @r#"
    400 Bad Request
    {"refresh":["This field may not be blank."]}
    "#);
    assert_snapshot!(app.anonymous().post(VERIFY, json!({ "token": null })).await, @r#"
    400 Bad Request
    {"token":["This field may not be null."]}
    "#);
}

#[actix_web::test]
async fn ignores_credentials() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;

    let request = Request::new("POST", VERIFY)
        .header("Authorization", "Bearer garbage")
        .json(&json!({ "token": alice.access() }));
    assert_snapshot!(app.send(request).await, @r"
    200 OK
    {}
    ");
}

#[actix_web::test]
async fn refreshes_repeatedly_until_the_token_expires() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let refresh = || json!({ "refresh": alice.refresh() });

    for _ in 0..2 {
        let shown = app.anonymous().post(REFRESH, refresh()).await.to_string();
        assert_eq!(shown, "200 OK\n{\"access\":\"[jwt]\"}");
    }
    app.clock().advance(Duration::from_secs(24 * 60 * 60));
    assert_snapshot!(app.anonymous().post(REFRESH, refresh()).await, @r#"
    401 Unauthorized
    {"code":"token_not_valid","detail":"Token is expired"}
    "#);
}

#[actix_web::test]
async fn accepts_only_refresh_tokens_for_refreshing() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;

    let access = json!({ "refresh": alice.access() });
    assert_snapshot!(app.anonymous().post(REFRESH, access).await, @r#"
    401 Unauthorized
    {"code":"token_not_valid","detail":"Token has wrong type"}
    "#);
    assert_snapshot!(app.anonymous().post(REFRESH, json!({ "refresh": 12345 })).await, @r#"
    401 Unauthorized
    {"code":"token_not_valid","detail":"Token is invalid"}
    "#);
}

#[actix_web::test]
async fn verifies_tokens_of_both_kinds() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;

    for token in [alice.access(), alice.refresh()] {
        let response = app.anonymous().post(VERIFY, json!({ "token": token })).await;
        assert_eq!(response.status, 200, "{response}");
    }
    assert_snapshot!(app.anonymous().post(VERIFY, json!({ "token": "a.b.c" })).await, @r#"
    401 Unauthorized
    {"code":"token_not_valid","detail":"Token is invalid"}
    "#);
}

#[actix_web::test]
async fn an_inactive_account_gets_no_access_token() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let accounts = &app.services().accounts;
    accounts.set_active(&mut app.work(), alice.account().id, false).await.unwrap();

    let refresh = json!({ "refresh": alice.refresh() });
    assert_snapshot!(app.anonymous().post(REFRESH, refresh).await, @r#"
    401 Unauthorized
    {"detail":"No active account found for the given token."}
    "#);
}

#[actix_web::test]
async fn a_longer_path_is_not_found() {
    let app = TestApp::spawn().await;

    for path in ["/auth/jwt/createXYZ", "/auth/jwt/verify/x/"] {
        let response = app.anonymous().post(path, json!({})).await;
        assert_eq!(response.to_string(), "404 Not Found\n{\"detail\":\"Not found.\"}");
        assert_eq!(response.header("Allow").as_deref(), Some("POST, OPTIONS"));
    }
}
