//! `/api/auth/` `login/`, `token/refresh/`, `logout/`. Source: docs/contract/api.md «Login», «Token refresh», «Logout».

use futures_util::future::join_all;
use insta::assert_snapshot;
use serde_json::json;

use crate::app::{Request, TestApp};

const LOGIN: &str = "/api/auth/login/";
const REFRESH: &str = "/api/auth/token/refresh/";
const LOGOUT: &str = "/api/auth/logout/";

#[actix_web::test]
async fn logs_in_with_an_address_in_any_case() {
    let app = TestApp::spawn().await;
    app.user("alice").await;

    let body = json!({ "email": " ALICE@example.com ", "password": TestApp::PASSWORD });
    let response = app.anonymous().post(LOGIN, body).await;

    assert_snapshot!(response, @r#"
    200 OK
    {"access":"[jwt]","refresh":"[jwt]","user":{"email":"alice@example.com","first_name":"","id":"[id]","last_name":"","username":"alice"}}
    "#);
}

#[actix_web::test]
async fn does_not_reveal_why_a_login_failed() {
    let app = TestApp::spawn().await;
    app.user("alice").await;
    let off = app.user("off").await;
    let accounts = &app.services().accounts;
    accounts.set_active(&mut app.work(), off.account().id, false).await.unwrap();

    for (email, password) in [
        ("ghost@example.com", TestApp::PASSWORD),
        ("off@example.com", TestApp::PASSWORD),
        ("alice", TestApp::PASSWORD),
        ("alice@example.com", "wrong-Passw0rd!"),
    ] {
        let body = json!({ "email": email, "password": password });
        // The `Authorization` header is not read here.
        let request =
            Request::new("POST", LOGIN).header("Authorization", "Bearer garbage").json(&body);
        let response = app.send(request).await;
        assert_eq!(response.status, 401, "{email}");
        let expected = json!({ "detail": "No active account found with the given credentials" });
        assert_eq!(response.json(), expected, "{email}");
        let challenge = response.header("WWW-Authenticate");
        assert_eq!(challenge.as_deref(), Some("Bearer realm=\"api\""));
    }
}

#[actix_web::test]
async fn names_the_invalid_fields_of_a_login() {
    let app = TestApp::spawn().await;

    assert_snapshot!(app.anonymous().post(LOGIN, "{}").await, @r#"
    400 Bad Request
    {"email":["This field is required."],"password":["This field is required."]}
    "#);
    let wrong = r#"{"email": true, "password": "a\u0000b"}"#;
    assert_snapshot!(app.anonymous().post(LOGIN, wrong).await, @r#"
    400 Bad Request
    {"email":["Not a valid string."],"password":["Null characters are not allowed."]}
    "#);
    let long = json!({ "email": "a@b.cd", "password": "x".repeat(5000) });
    assert_snapshot!(app.anonymous().post(LOGIN, long).await, @r#"
    400 Bad Request
    {"password":["Ensure this field has no more than 4096 characters."]}
    "#);
}

#[actix_web::test]
async fn exchanges_a_refresh_token_for_an_access_token() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;

    let body = json!({ "refresh": alice.refresh() });
    let response = app.anonymous().post(REFRESH, body).await;

    assert_snapshot!(response, @r#"
    200 OK
    {"access":"[jwt]"}
    "#);
}

#[actix_web::test]
async fn rejects_other_refresh_tokens() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let refresh = async |token: &str| {
        let body = json!({ "refresh": token });
        app.anonymous().post(REFRESH, body).await
    };

    assert_snapshot!(refresh("garbage").await, @r#"
    401 Unauthorized
    {"code":"token_not_valid","detail":"Token is invalid"}
    "#);
    assert_snapshot!(refresh(alice.access()).await, @r#"
    401 Unauthorized
    {"code":"token_not_valid","detail":"Token has wrong type"}
    "#);
    assert_snapshot!(refresh(" ").await, @r#"
    400 Bad Request
    {"refresh":["This field may not be blank."]}
    "#);

    let accounts = &app.services().accounts;
    accounts.set_active(&mut app.work(), alice.account().id, false).await.unwrap();
    assert_snapshot!(refresh(alice.refresh()).await, @r#"
    401 Unauthorized
    {"detail":"No active account found for the given token."}
    "#);
    accounts.delete(&mut app.work(), alice.account().id).await.unwrap();
    assert_snapshot!(refresh(alice.refresh()).await, @r#"
    401 Unauthorized
    {"detail":"No active account found for the given token."}
    "#);
}

#[actix_web::test]
async fn logging_out_ends_the_session_immediately() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let body = json!({ "refresh": alice.refresh() });

    assert_snapshot!(alice.post(LOGOUT, body.clone()).await, @r#"
    200 OK
    {}
    "#);
    assert_snapshot!(app.anonymous().post(REFRESH, body).await, @r#"
    401 Unauthorized
    {"code":"token_not_valid","detail":"Token is blacklisted"}
    "#);
    assert_snapshot!(alice.get("/api/auth/me/").await, @r#"
    401 Unauthorized
    {"code":"token_not_valid","detail":"Given token not valid for any token type","messages":[{"message":"Token is blacklisted","token_class":"AccessToken","token_type":"access"}]}
    "#);
}

#[actix_web::test]
async fn logging_out_requires_credentials_and_a_refresh_token() {
    let app = TestApp::django().await;
    let alice = app.user("alice").await;
    let body = json!({ "refresh": alice.refresh() });

    assert_snapshot!(app.anonymous().post(LOGOUT, body.clone()).await, @r#"
    401 Unauthorized
    {"detail":"Authentication credentials were not provided."}
    "#);
    assert_snapshot!(alice.post(LOGOUT, "{}").await, @r#"
    400 Bad Request
    {"refresh":["This field is required."]}
    "#);
    assert_snapshot!(alice.post(LOGOUT, json!({ "refresh": alice.access() })).await, @r#"
    401 Unauthorized
    {"code":"token_not_valid","detail":"Token has wrong type"}
    "#);

    let responses = join_all((0..20).map(|_| alice.post(LOGOUT, body.clone()))).await;
    let good = responses.iter().filter(|response| response.status == 200).count();
    let late = responses
        .iter()
        .filter(|response| response.to_string().contains("Token is blacklisted"))
        .count();
    assert_eq!((good, late), (1, 19));
}
