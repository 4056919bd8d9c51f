//! `/api/auth/me/` and `/api/auth/profile/`. Source: docs/contract/api.md «Profile».

use futures_util::future::join_all;
use insta::assert_snapshot;
use serde_json::json;

use crate::app::TestApp;

const PATHS: [&str; 2] = ["/api/auth/me/", "/api/auth/profile/"];
const ME: &str = "/api/auth/me/";

#[actix_web::test]
async fn shows_the_caller_at_both_paths() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;

    let response = alice.get(ME).await;

    assert_snapshot!(response, @r#"
    200 OK
    {"email":"alice@example.com","first_name":"","id":"[id]","is_active":true,"last_name":"","phone_number":"","role":"user","username":"alice"}
    "#);
    assert_eq!(alice.get("/api/auth/profile/").await.body, response.body);
}

#[actix_web::test]
async fn replaces_the_sent_fields() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let full = json!({
        "email": "Alice@NEW.example.com",
        "username": "alice2",
        "first_name": "Al",
        "last_name": "Ice",
        "phone_number": 123,
    });

    for path in PATHS {
        let response = alice.put(path, full.clone()).await;
        let expected = json!({
            "id": alice.account().id.get(),
            "email": "Alice@new.example.com",
            "username": "alice2",
            "first_name": "Al",
            "last_name": "Ice",
            "phone_number": "123",
            "role": "user",
            "is_active": true,
        });
        assert_eq!((response.status.as_u16(), response.json()), (200, expected));
        let bare = json!({ "email": "alice@new.example.com", "first_name": "" });
        let response = alice.put(path, bare).await.json();
        assert_eq!((&response["first_name"], &response["last_name"]), (&json!(""), &json!("Ice")));
    }
    assert_snapshot!(alice.put(ME, "{}").await, @r#"
    400 Bad Request
    {"email":["This field is required."]}
    "#);
}

#[actix_web::test]
async fn changes_only_the_sent_fields() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;

    for (path, name) in PATHS.into_iter().zip(["Al", "Alice"]) {
        let body = json!({ "first_name": name, "role": "admin", "is_active": false, "id": 9 });
        let response = alice.patch(path, body).await;
        assert_eq!(response.status, 200);
        let after = response.json();
        assert_eq!(after["first_name"], name);
        assert_eq!(after["role"], "user");
        assert_eq!(after["is_active"], true);
        assert_eq!(after["id"], alice.account().id.get());
    }
    assert_eq!(alice.patch(ME, "{}").await.json()["first_name"], "Alice");
}

#[actix_web::test]
async fn names_every_invalid_field_at_once() {
    let app = TestApp::spawn().await;
    let (alice, _bob) = (app.user("alice").await, app.user("bob").await);

    let wrong = json!({
        "email": "",
        "username": null,
        "first_name": null,
        "last_name": "x".repeat(151),
        "phone_number": "1\u{0}2",
    });
    assert_snapshot!(alice.patch(ME, wrong).await, @r#"
    400 Bad Request
    {"email":["This field may not be blank."],"first_name":["This field may not be null."],"last_name":["Ensure this field has no more than 150 characters."],"phone_number":["Null characters are not allowed."],"username":["This field may not be null."]}
    "#);
    let taken = json!({ "email": "BOB@example.com", "username": "bob" });
    assert_snapshot!(alice.patch(ME, taken).await, @r#"
    400 Bad Request
    {"email":["user with this email already exists."],"username":["A user with that username already exists."]}
    "#);
    // The caller's own values do not count as taken.
    let own = json!({ "email": "ALICE@example.com", "username": "alice" });
    assert_eq!(alice.patch(ME, own).await.status, 200);
}

#[actix_web::test]
async fn of_two_concurrent_changes_to_one_address_one_succeeds() {
    let app = TestApp::spawn().await;
    let (alice, bob) = (app.user("alice").await, app.user("bob").await);
    let body = json!({ "email": "wanted@example.com" });

    let responses = join_all([&alice, &bob].map(|caller| caller.patch(ME, body.clone()))).await;

    let mut statuses: Vec<u16> =
        responses.iter().map(|response| response.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400]);
}

#[actix_web::test]
async fn an_unreadable_body_is_reported_after_the_credentials() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;

    assert_snapshot!(app.anonymous().patch(ME, "{").await, @r#"
    401 Unauthorized
    {"detail":"Authentication credentials were not provided."}
    "#);
    assert_snapshot!(alice.patch(ME, "{").await, @r#"
    400 Bad Request
    {"detail":"JSON parse error - the body is not valid JSON"}
    "#);
    assert_snapshot!(alice.put(ME, "null").await, @r#"
    400 Bad Request
    {"non_field_errors":["No data provided"]}
    "#);
}
