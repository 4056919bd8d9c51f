//! `/auth/users/me/`. Source: docs/contract/djoser.md «Current user».

use futures_util::future::join_all;
use insta::assert_snapshot;
use serde_json::json;

use super::{opaque, with_header};
use crate::app::{Request, TestApp};

const ME: &str = "/auth/users/me/";

#[actix_web::test]
async fn shows_the_caller_for_every_type_of_token() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let token = opaque(&app, "alice").await;

    for header in [
        format!("Bearer {}", alice.access()),
        format!("Bearer {token}"),
        format!("Token {token}"),
        format!("tOkEn {token}"),
    ] {
        let shown = with_header(&app, "GET", ME, &header).await.to_string();
        assert_eq!(
            shown,
            "200 OK\n{\"email\":\"alice@example.com\",\"id\":\"[id]\",\"username\":\"alice\"}"
        );
    }
}

#[actix_web::test]
async fn rejects_invalid_credentials() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;

    for (header, detail) in [
        ("".to_owned(), "Authentication credentials were not provided."),
        (format!("bearer {}", alice.access()), "Authentication credentials were not provided."),
        ("Token".to_owned(), "Invalid token header. No credentials provided."),
        ("Bearer".to_owned(), "Invalid token header. No credentials provided."),
        ("Bearer a b".to_owned(), "Invalid token header. Token string should not contain spaces."),
        ("Bearer garbage".to_owned(), "Invalid token."),
        (format!("Token {}", alice.access()), "Invalid token."),
        ("Bearer a.b.c".to_owned(), "Given token not valid for any token type"),
        (format!("Bearer {}", alice.refresh()), "Given token not valid for any token type"),
    ] {
        let response = with_header(&app, "GET", ME, &header).await;
        assert_eq!(response.status, 401, "{header}: {response}");
        assert_eq!(response.text_at("/detail"), detail, "{header}");
        assert_eq!(response.header("WWW-Authenticate").as_deref(), Some("Bearer realm=\"api\""));
    }
}

#[actix_web::test]
async fn changes_name_and_address() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;

    let body = json!({ "username": "new_username", "email": "new_email@example.com" });
    assert_snapshot!(alice.put(ME, body).await, @r#"
    200 OK
    {"email":"new_email@example.com","id":"[id]","username":"new_username"}
    "#);
    assert_snapshot!(alice.patch(ME, json!({ "username": "third" })).await, @r#"
    200 OK
    {"email":"new_email@example.com","id":"[id]","username":"third"}
    "#);
    assert_snapshot!(alice.put(ME, json!({ "email": "" })).await, @r#"
    200 OK
    {"email":"","id":"[id]","username":"third"}
    "#);
    assert_snapshot!(alice.put(ME, json!({})).await, @r#"
    200 OK
    {"email":"","id":"[id]","username":"third"}
    "#);
}

#[actix_web::test]
async fn accepts_unchanged_values() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;

    let body = json!({ "username": "alice", "email": "ALICE@example.com" });
    assert_snapshot!(alice.put(ME, body).await, @r#"
    200 OK
    {"email":"ALICE@example.com","id":"[id]","username":"alice"}
    "#);
}

#[actix_web::test]
async fn rejects_taken_and_invalid_values() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    app.user("bob").await;

    let body = json!({ "username": "bob", "email": "BOB@example.com" });
    assert_snapshot!(alice.patch(ME, body).await, @r#"
    400 Bad Request
    {"email":["user with this email already exists."],"username":["A user with that username already exists."]}
    "#);
    let body = json!({ "username": null, "email": null });
    assert_snapshot!(alice.put(ME, body).await, @r#"
    400 Bad Request
    {"email":["This field may not be null."],"username":["This field may not be null."]}
    "#);
    let body = json!({ "username": "a b", "email": [] });
    assert_snapshot!(alice.put(ME, body).await, @r#"
    400 Bad Request
    {"email":["Enter a valid email address."],"username":["Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters."]}
    "#);
}

#[actix_web::test]
async fn of_concurrent_changes_to_one_name_one_account_succeeds() {
    let app = TestApp::spawn().await;
    let (alice, bob) = (app.user("alice").await, app.user("bob").await);

    let body = || json!({ "username": "wanted" });
    let changes = (0..10).flat_map(|_| [alice.patch(ME, body()), bob.patch(ME, body())]);
    let responses = join_all(changes).await;

    let winners: std::collections::BTreeSet<String> = responses
        .iter()
        .filter(|response| response.status == 200)
        .map(|response| response.json()["id"].to_string())
        .collect();
    assert_eq!(winners.len(), 1);
    assert!(responses.iter().all(|response| response.status == 200 || response.status == 400));
}

#[actix_web::test]
async fn deletes_the_caller() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let token = opaque(&app, "alice").await;

    assert_snapshot!(alice.delete(ME, ()).await, @r#"
    400 Bad Request
    {"current_password":["This field is required."]}
    "#);
    assert_snapshot!(alice.delete(ME, json!({ "current_password": "x" })).await, @r#"
    400 Bad Request
    {"current_password":["Invalid password."]}
    "#);
    let request =
        Request::new("DELETE", ME).json(&json!({ "current_password": TestApp::PASSWORD }));
    assert_snapshot!(alice.send(request).await, @"204 No Content");

    let response = with_header(&app, "GET", ME, &format!("Bearer {token}")).await;
    assert_snapshot!(response, @r#"
    401 Unauthorized
    {"detail":"Invalid token."}
    "#);
    let refresh = json!({ "refresh": alice.refresh() });
    assert_snapshot!(app.anonymous().post("/auth/jwt/refresh/", refresh).await, @r#"
    401 Unauthorized
    {"detail":"No active account found for the given token."}
    "#);
}
