//! Paths, bodies, and the order in which they are checked.

use insta::assert_snapshot;
use loggia_rbac::codename::{MANAGE_USERS, VIEW_USERS};
use serde_json::json;

use super::{USERS, at, new_user};
use crate::{
    api::fixtures::{holder, now},
    app::TestApp,
};

/// Source: docs/contract/drf.md «Order of checks».
#[actix_web::test]
async fn checks_the_caller_before_the_body() {
    let app = TestApp::spawn().await;
    let viewer = holder(&app, "viewer", &[VIEW_USERS]).await;
    let manager = holder(&app, "manager", &[MANAGE_USERS]).await;
    let stranger = app.user("stranger").await;
    let broken = r#"{"email": "#;
    let nowhere = "/api/users/999999/";

    for (method, path) in
        [("POST", USERS), ("PUT", nowhere), ("PATCH", nowhere), ("DELETE", nowhere)]
    {
        let response = app.anonymous().send_json(method, path, broken).await;
        assert_eq!(response.status, 401, "{method} {path}: {response}");
        for caller in [&viewer, &stranger] {
            let response = caller.send_json(method, path, broken).await;
            assert_eq!(response.status, 403, "{method} {path}: {response}");
            let words = "You do not have permission to perform this action.";
            assert_eq!(response.json(), json!({ "detail": words }));
        }
        let expected = if path == USERS { 400 } else { 404 };
        let response = manager.send_json(method, path, broken).await;
        assert_eq!(response.status, expected, "{method} {path}: {response}");
    }
    for path in [USERS, nowhere] {
        assert_eq!(app.anonymous().get(path).await.status, 401);
        assert_eq!(stranger.get(path).await.status, 403);
    }
    // The permission check comes before the method check.
    assert_eq!(stranger.delete(USERS, ()).await.status, 403);
    assert_eq!(manager.delete(USERS, ()).await.status, 405);
}

/// Source: docs/contract/api.md «Shared paths».
#[actix_web::test]
async fn paths_that_are_not_an_id_are_not_found() {
    let app = TestApp::spawn().await;
    let viewer = holder(&app, "viewer", &[VIEW_USERS]).await;
    let stranger = app.user("stranger").await;

    for word in [
        "me",
        "0",
        "-1",
        "+1",
        "1.0",
        "1e0",
        "%31x",
        "status-",
        "Status",
        "login%2fgoogle",
        "٣",
        "99999999999999999999999",
        "a%00b",
        "%ff",
    ] {
        for path in [format!("{USERS}{word}/"), format!("{USERS}{word}")] {
            let path = path.replace('٣', "%D9%A3");
            assert_eq!(app.anonymous().get(&path).await.status, 401, "{path}");
            assert_eq!(stranger.get(&path).await.status, 403, "{path}");
            let response = viewer.get(&path).await;
            assert_eq!(response.status, 404, "{path}: {response}");
            assert_eq!(response.json(), json!({ "detail": "Not found." }), "{path}");
        }
    }
}

/// The paths of the surface `users` take precedence, and so do their methods.
/// Source: docs/contract/api.md «Shared paths».
#[actix_web::test]
async fn the_paths_of_the_users_surface_take_precedence() {
    let app = TestApp::spawn().await;
    let manager = holder(&app, "manager", &[MANAGE_USERS]).await;

    for form in ["/api/users/status/", "/api/users/status"] {
        let response = manager.get(form).await;
        assert_eq!(response.json()["status"], "success", "{form}: {response}");
        let response = manager.put(form, new_user("x")).await;
        assert_eq!(response.status, 405, "{form}: {response}");
        let words = "Method \"PUT\" not allowed.";
        assert_eq!(response.json(), json!({ "status": "failed", "message": words }));
        assert_eq!(response.header("Allow").as_deref(), Some("GET, HEAD, OPTIONS"));
    }
    for word in ["register", "login", "logout", "refresh-token", "profile"] {
        let path = format!("{USERS}{word}/");
        let response = manager.delete(&path, ()).await;
        assert_eq!(response.status, 405, "{path}: {response}");
        assert_eq!(response.json()["status"], "failed", "{path}");
    }
}

#[actix_web::test]
async fn names_every_invalid_field_at_once() {
    let app = TestApp::spawn().await;
    let manager = holder(&app, "manager", &[MANAGE_USERS]).await;
    let alice = app.user("alice").await;

    assert_snapshot!(manager.post(USERS, "{}").await, @r#"
    400 Bad Request
    {"email":["This field is required."],"password":["This field is required."],"username":["This field is required."]}
    "#);
    let body = json!({
        "email": "ALICE@example.com", "username": "alice", "password": [], "is_active": "maybe",
        "first_name": null, "last_name": "a\0b", "phone_number": "1".repeat(21),
    });
    assert_snapshot!(manager.post(USERS, body.clone()).await, @r#"
    400 Bad Request
    {"email":["user with this email already exists."],"first_name":["This field may not be null."],"is_active":["Must be a valid boolean."],"last_name":["Null characters are not allowed."],"password":["Not a valid string."],"phone_number":["Ensure this field has no more than 20 characters."],"username":["A user with that username already exists."]}
    "#);
    // An account's own values do not count as taken.
    let response = manager.put(&at(&alice), body).await;
    assert_eq!(response.json().get("email"), None, "{response}");
    assert_snapshot!(manager.put(&at(&alice), "{}").await, @r#"
    400 Bad Request
    {"email":["This field is required."],"username":["This field is required."]}
    "#);
    assert_snapshot!(manager.patch(&at(&alice), json!({ "email": "", "is_active": null })).await, @r#"
    400 Bad Request
    {"email":["This field may not be blank."],"is_active":["This field may not be null."]}
    "#);
    assert_snapshot!(manager.put(&at(&alice), "[]").await, @r#"
    400 Bad Request
    {"non_field_errors":["Invalid data. Expected a dictionary, but got list."]}
    "#);
}

/// Absent fields keep their values, and the password is compared with those as well.
#[actix_web::test]
async fn a_password_is_compared_with_the_stored_attributes() {
    let app = TestApp::spawn().await;
    let manager = holder(&app, "manager", &[MANAGE_USERS]).await;
    let alice = app.user("aliceinchains").await;

    let body = json!({ "password": "aliceinchains1" });
    assert_snapshot!(manager.patch(&at(&alice), body).await, @r#"
    400 Bad Request
    {"password":["The password is too similar to the username."]}
    "#);
    let body = json!({ "password": "123", "first_name": "Al" });
    assert_snapshot!(manager.patch(&at(&alice), body).await, @r#"
    400 Bad Request
    {"password":["This password is too short. It must contain at least 8 characters.","This password is too common.","This password is entirely numeric."]}
    "#);
    assert_eq!(now(&app, &alice).await.first_name, "");
}
