//! Listing, creating, changing and deleting accounts.

use insta::assert_snapshot;
use loggia_rbac::codename::ALL;
use serde_json::json;

use super::{USERS, at, role_of, toggle};
use crate::{
    api::fixtures::{administrator, holder},
    app::TestApp,
};

#[actix_web::test]
async fn lists_all_accounts_with_roles() {
    let app = TestApp::spawn().await;
    let boss = administrator(&app, "boss").await;
    app.user("alice").await;

    assert_snapshot!(boss.get(USERS).await, @r#"
    200 OK
    [{"email":"boss@example.com","first_name":"","id":"[id]","is_active":true,"last_name":"","phone_number":"","role":"admin","username":"boss"},{"email":"alice@example.com","first_name":"","id":"[id]","is_active":true,"last_name":"","phone_number":"","role":"user","username":"alice"}]
    "#);
    let response = boss.get(&format!("{USERS}?ordering=-role&offset=1")).await;
    assert_eq!(response.json()[0]["username"], "boss");
    assert_eq!(response.header("X-Total-Count").as_deref(), Some("2"));
}

#[actix_web::test]
async fn creates_shows_changes_and_deletes_an_account() {
    let app = TestApp::spawn().await;
    let boss = administrator(&app, "boss").await;

    let body = json!({ "email": "new@example.com", "password": TestApp::PASSWORD, "role": "USER" });
    let response = boss.post(USERS, body).await;
    assert_snapshot!(response, @r#"
    201 Created
    {"email":"new@example.com","first_name":"","id":"[id]","is_active":true,"last_name":"","phone_number":"","role":"user","username":"new@example.com"}
    "#);
    let path = format!("{USERS}{}/", response.json()["id"]);
    assert_eq!(boss.get(&path).await.json(), response.json());
    let body = json!({ "email": "new@example.com", "first_name": "N", "role": "Admin" });
    assert_snapshot!(boss.put(&path, body).await, @r#"
    200 OK
    {"email":"new@example.com","first_name":"N","id":"[id]","is_active":true,"last_name":"","phone_number":"","role":"admin","username":"new@example.com"}
    "#);
    let body = json!({ "last_name": "L", "is_active": false });
    assert_snapshot!(boss.patch(&path, body).await, @r#"
    200 OK
    {"email":"new@example.com","first_name":"N","id":"[id]","is_active":false,"last_name":"L","phone_number":"","role":"admin","username":"new@example.com"}
    "#);
    assert_snapshot!(boss.delete(&path, ()).await, @"204 No Content");
    assert_snapshot!(boss.get(&path).await, @r#"
    404 Not Found
    {"detail":"Not found."}
    "#);
}

#[actix_web::test]
async fn serves_only_administrators() {
    let app = TestApp::spawn().await;
    let boss = administrator(&app, "boss").await;
    let alice = app.user("alice").await;
    // Codenames alone do not make an administrator here.
    let manager = holder(&app, "manager", &ALL).await;
    let broken = r#"{"email": "#;

    for id in [alice.account().id.get(), 999_999] {
        for (method, path) in [
            ("GET", USERS.to_owned()),
            ("POST", USERS.to_owned()),
            ("GET", format!("{USERS}{id}/")),
            ("PUT", format!("{USERS}{id}/")),
            ("PATCH", format!("{USERS}{id}/")),
            ("DELETE", format!("{USERS}{id}/")),
            ("POST", format!("{USERS}{id}/toggle_active/")),
            ("POST", format!("{USERS}{id}/change_role/")),
            // The permission check comes before the method check.
            ("PUT", format!("{USERS}{id}/change_role/")),
        ] {
            let response = app.anonymous().send_json(method, &path, broken).await;
            assert_eq!(response.status, 401, "{method} {path}: {response}");
            for caller in [&alice, &manager] {
                let response = caller.send_json(method, &path, broken).await;
                assert_eq!(response.status, 403, "{method} {path}: {response}");
            }
        }
    }
    // 404 comes before the validation of the body.
    for (method, path) in [
        ("PUT", format!("{USERS}999999/")),
        ("POST", format!("{USERS}me/toggle_active/")),
        ("POST", format!("{USERS}999999/change_role/")),
    ] {
        let response = boss.send_json(method, &path, broken).await;
        assert_eq!(response.status, 404, "{method} {path}: {response}");
    }
}

#[actix_web::test]
async fn names_every_invalid_field_at_once() {
    let app = TestApp::spawn().await;
    let boss = administrator(&app, "boss").await;
    let alice = app.user("alice").await;

    assert_snapshot!(boss.post(USERS, "{}").await, @r#"
    400 Bad Request
    {"email":["This field is required."],"password":["This field is required."]}
    "#);
    let body =
        json!({ "email": "boss@example.com", "password": " ", "role": "emperor", "is_active": 7 });
    assert_snapshot!(boss.post(USERS, body).await, @r#"
    400 Bad Request
    {"email":["user with this email already exists."],"is_active":["Must be a valid boolean."],"password":["This field may not be blank."],"role":["\"emperor\" is not a valid choice."]}
    "#);
    assert_snapshot!(boss.put(&at(&alice), "{}").await, @r#"
    400 Bad Request
    {"email":["This field is required."]}
    "#);
    for (role, sentence) in [
        (json!("emperor"), "\"emperor\" is not a valid choice."),
        (json!(""), "\"\" is not a valid choice."),
        (json!(" admin "), "\" admin \" is not a valid choice."),
        (json!(null), "This field may not be null."),
        (json!(true), "\"True\" is not a valid choice."),
        (json!(7), "\"7\" is not a valid choice."),
        (json!([]), "\"[]\" is not a valid choice."),
        (json!({}), "\"{}\" is not a valid choice."),
        (json!("a\0b"), "Null characters are not allowed."),
        (json!("%"), "\"%\" is not a valid choice."),
    ] {
        let response = boss.post(&role_of(&alice), json!({ "role": role })).await;
        assert_eq!(response.status, 400, "{role}: {response}");
        assert_eq!(response.json(), json!({ "role": [sentence] }), "{role}");
    }
    assert_snapshot!(boss.post(&role_of(&alice), "{}").await, @r#"
    400 Bad Request
    {"role":["This field is required."]}
    "#);
}

#[actix_web::test]
async fn toggles_whether_an_account_is_active() {
    let app = TestApp::spawn().await;
    let boss = administrator(&app, "boss").await;
    let alice = app.user("alice").await;

    // The body is not read.
    assert_snapshot!(boss.post(&toggle(&alice), r#"{"broken"#).await, @r#"
    200 OK
    {"email":"alice@example.com","first_name":"","id":"[id]","is_active":false,"last_name":"","phone_number":"","role":"user","username":"alice"}
    "#);
    assert_eq!(alice.get("/api/auth/me/").await.status, 401);
    assert_eq!(boss.post(&toggle(&alice), ()).await.json()["is_active"], true);
    // The ended session stays ended.
    assert_eq!(alice.get("/api/auth/me/").await.status, 401);
    let response = boss.get(&toggle(&alice)).await;
    assert_eq!(response.status, 405);
    assert_eq!(response.header("Allow").as_deref(), Some("POST, OPTIONS"));
}
