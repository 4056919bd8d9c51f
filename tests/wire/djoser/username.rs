//! `/auth/users/*_username*/`. Source: docs/contract/djoser.md «Username».

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::link;
use crate::app::TestApp;

const SET: &str = "/auth/users/set_username/";
const RESET: &str = "/auth/users/reset_username/";
const CONFIRM: &str = "/auth/users/reset_username_confirm/";

#[actix_web::test]
async fn changes_the_callers_name() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;

    let body = json!({ "current_password": TestApp::PASSWORD, "new_username": "alice9" });
    assert_snapshot!(alice.post(SET, body).await, @"204 No Content");

    assert_eq!(alice.get("/auth/users/me/").await.text_at("/username"), "alice9");
}

#[actix_web::test]
async fn checks_password_and_name_together() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    app.user("bob").await;

    assert_snapshot!(alice.post(SET, json!({})).await, @r#"
    400 Bad Request
    {"current_password":["This field is required."],"new_username":["This field is required."]}
    "#);
    let body = json!({ "current_password": "x", "new_username": "bob" });
    assert_snapshot!(alice.post(SET, body).await, @r#"
    400 Bad Request
    {"current_password":["Invalid password."],"new_username":["A user with that username already exists."]}
    "#);
    let body = json!({ "current_password": TestApp::PASSWORD, "new_username": "alice" });
    assert_snapshot!(alice.post(SET, body).await, @r#"
    400 Bad Request
    {"new_username":["A user with that username already exists."]}
    "#);
    assert_snapshot!(app.anonymous().post(SET, json!({})).await, @r#"
    401 Unauthorized
    {"detail":"Authentication credentials were not provided."}
    "#);
}

#[actix_web::test]
async fn resets_a_name_by_email() {
    let app = TestApp::spawn().await;
    app.user("alice").await;
    app.user("bob").await;

    let response = app.anonymous().post(RESET, json!({ "email": "alice@example.com" })).await;
    assert_snapshot!(response, @"204 No Content");
    let (uid, token) = link(&app).await;
    let confirm = |name: &str| json!({ "uid": uid, "token": token, "new_username": name });

    assert_snapshot!(app.anonymous().post(CONFIRM, confirm("bob")).await, @r#"
    400 Bad Request
    {"new_username":["A user with that username already exists."]}
    "#);
    assert_snapshot!(app.anonymous().post(CONFIRM, confirm("alice7")).await, @"204 No Content");
    assert_snapshot!(app.anonymous().post(CONFIRM, confirm("alice8")).await, @r#"
    400 Bad Request
    {"token":["Invalid token for given user."]}
    "#);

    let login = json!({ "username": "alice7", "password": TestApp::PASSWORD });
    assert_eq!(app.anonymous().post("/auth/jwt/create/", login).await.status, 200);
}

#[actix_web::test]
async fn does_not_reveal_whether_an_address_is_known() {
    let app = TestApp::spawn().await;

    let response = app.anonymous().post(RESET, json!({ "email": "ghost@example.com" })).await;

    assert_snapshot!(response, @"204 No Content");
    assert!(app.sent_mail().await.is_empty());
}

#[actix_web::test]
async fn checks_the_link_only_when_the_name_is_valid() {
    let app = TestApp::spawn().await;
    let anonymous = app.anonymous();
    app.user("alice").await;
    let confirm = |body: Value| anonymous.post(CONFIRM, body);

    assert_snapshot!(confirm(json!({})).await, @r#"
    400 Bad Request
    {"new_username":["This field is required."]}
    "#);
    for uid in [Value::Null, json!("!!!"), json!(7), json!([])] {
        let shown = confirm(json!({ "uid": uid, "new_username": "a" })).await.to_string();
        assert_eq!(
            shown,
            "400 Bad Request\n{\"uid\":[\"Invalid user id or user doesn't exist.\"]}"
        );
    }
    for token in [Value::Null, json!("x"), json!(7), json!([])] {
        let body = json!({ "uid": "MQ", "token": token, "new_username": "a" });
        let shown = confirm(body).await.to_string();
        assert_eq!(shown, "400 Bad Request\n{\"token\":[\"Invalid token for given user.\"]}");
    }
}

#[actix_web::test]
async fn a_link_for_a_name_cannot_reset_a_password() {
    let app = TestApp::spawn().await;
    app.user("alice").await;
    app.anonymous().post(RESET, json!({ "email": "alice@example.com" })).await;
    let (uid, token) = link(&app).await;

    let body = json!({ "uid": uid, "token": token, "new_password": "An0ther-Passw0rd!" });
    let response = app.anonymous().post("/auth/users/reset_password_confirm/", body).await;

    assert_snapshot!(response, @r#"
    400 Bad Request
    {"token":["Invalid token for given user."]}
    "#);
}
