//! `/auth/users/{id}/`. Source: docs/contract/djoser.md «User detail».

use insta::assert_snapshot;
use serde_json::json;

use crate::app::{Caller, TestApp};

fn path_of(caller: &Caller<'_>) -> String {
    format!("/auth/users/{}/", caller.account().id)
}

#[actix_web::test]
async fn shows_the_callers_own_account_and_to_staff_all_accounts() {
    let app = TestApp::spawn().await;
    let (alice, admin) = (app.user("alice").await, app.admin().await);

    for caller in [&alice, &admin] {
        let shown = caller.get(&path_of(&alice)).await.to_string();
        assert_eq!(
            shown,
            "200 OK\n{\"email\":\"alice@example.com\",\"id\":\"[id]\",\"username\":\"alice\"}"
        );
    }
}

#[actix_web::test]
async fn another_account_is_indistinguishable_from_an_unknown_one() {
    let app = TestApp::spawn().await;
    let (alice, bob) = (app.user("alice").await, app.user("bob").await);

    for id in [
        bob.account().id.to_string(),
        "999999".to_owned(),
        "99999999999999999999".to_owned(),
        "-1".to_owned(),
        "abc".to_owned(),
        "%00".to_owned(),
        "%ff".to_owned(),
    ] {
        for (method, body) in [("GET", ""), ("PUT", "{"), ("PATCH", r#"{"email":"x@example.com"}"#)]
        {
            let response = alice.send_json(method, &format!("/auth/users/{id}/"), body).await;
            assert_eq!(
                response.to_string(),
                "404 Not Found\n{\"detail\":\"Not found.\"}",
                "{method} {id}"
            );
        }
    }
}

#[actix_web::test]
async fn changes_only_the_address() {
    let app = TestApp::spawn().await;
    let (alice, admin) = (app.user("alice").await, app.admin().await);

    let body = json!({ "email": "new@EXAMPLE.com", "username": "other", "is_staff": true });
    assert_snapshot!(alice.put(&path_of(&alice), body).await, @r#"
    200 OK
    {"email":"new@example.com","id":"[id]","username":"alice"}
    "#);

    let taken = json!({ "email": "ADMIN@example.com" });
    assert_snapshot!(alice.patch(&path_of(&alice), taken).await, @r#"
    400 Bad Request
    {"email":["user with this email already exists."]}
    "#);

    assert_snapshot!(admin.patch(&path_of(&alice), json!({ "email": "" })).await, @r#"
    200 OK
    {"email":"","id":"[id]","username":"alice"}
    "#);
}

#[actix_web::test]
async fn deletes_with_the_callers_own_password() {
    let app = TestApp::spawn().await;
    let (alice, bob, admin) = (app.user("alice").await, app.user("bob").await, app.admin().await);
    let password = json!({ "current_password": TestApp::PASSWORD });

    assert_snapshot!(alice.delete(&path_of(&bob), "{").await, @r#"
    403 Forbidden
    {"detail":"You do not have permission to perform this action."}
    "#);
    assert_snapshot!(alice.delete("/auth/users/999999/", password.clone()).await, @r#"
    403 Forbidden
    {"detail":"You do not have permission to perform this action."}
    "#);
    assert_snapshot!(admin.delete("/auth/users/999999/", "{").await, @r#"
    404 Not Found
    {"detail":"Not found."}
    "#);
    let wrong = json!({ "current_password": "x" });
    assert_snapshot!(admin.delete(&path_of(&bob), wrong).await, @r#"
    400 Bad Request
    {"current_password":["Invalid password."]}
    "#);
    assert_snapshot!(admin.delete(&path_of(&bob), password.clone()).await, @"204 No Content");
    assert_snapshot!(alice.delete(&path_of(&alice), password).await, @"204 No Content");
    assert_snapshot!(bob.get("/auth/users/me/").await, @r#"
    401 Unauthorized
    {"code":"user_not_found","detail":"User not found"}
    "#);
}

/// Changing the address of an account would redirect its password reset link.
#[actix_web::test]
async fn staff_cannot_change_an_account_with_more_permissions() {
    let app = TestApp::spawn().await;
    let (clerk, alice, admin) =
        (app.user("clerk").await, app.user("alice").await, app.admin().await);
    app.make_staff(&clerk).await;
    let email = json!({ "email": "clerk+1@example.com" });
    let password = json!({ "current_password": TestApp::PASSWORD });

    assert_eq!(clerk.get(&path_of(&admin)).await.status, 200);
    for method in ["PUT", "PATCH"] {
        let response = clerk.send_json(method, &path_of(&admin), "{").await;
        assert_eq!(response.status, 403, "{response}");
    }
    assert_eq!(clerk.patch(&path_of(&admin), email.clone()).await.status, 403);
    assert_eq!(clerk.delete(&path_of(&admin), password.clone()).await.status, 403);
    assert_eq!(admin.get("/auth/users/me/").await.json()["email"], "admin@example.com");

    assert_eq!(clerk.patch(&path_of(&alice), email).await.status, 200);
    assert_eq!(clerk.delete(&path_of(&alice), password).await.status, 204);
    // Staff may change their own account like everyone else.
    let own = json!({ "email": "other@example.com" });
    assert_eq!(clerk.patch(&path_of(&clerk), own).await.status, 200);
}

#[actix_web::test]
async fn the_last_superuser_cannot_be_deleted() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;

    let password = json!({ "current_password": TestApp::PASSWORD });
    assert_snapshot!(admin.delete(&path_of(&admin), password).await, @r#"
    400 Bad Request
    {"detail":"The last active superuser cannot be removed."}
    "#);
}
