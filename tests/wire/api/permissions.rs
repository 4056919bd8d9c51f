//! `/api/permissions/` and `/api/permissions/{id}/`. Source: docs/contract/api.md «Permissions»;
//! docs/contract/drf.md «Fields».

use futures_util::future::join_all;
use insta::assert_snapshot;
use loggia_rbac::codename::{ALL, MANAGE_PERMISSIONS, MANAGE_ROLES};
use rstest::rstest;
use serde_json::{Value, json};

use super::fixtures::{codenames, give, holder, role};
use crate::app::{Caller, Response, TestApp};

const PERMISSIONS: &str = "/api/permissions/";
const FORBIDDEN: &str = r#"{"detail":"You do not have permission to perform this action."}"#;

fn assert_forbidden(response: &Response) {
    assert_eq!(response.status, 403, "{response}");
    assert_eq!(response.text(), FORBIDDEN);
}

fn new(codename: &str) -> Value {
    json!({ "name": "New", "codename": codename })
}

/// Creates a permission and returns its path and id.
async fn made(by: &Caller<'_>, codename: &str) -> (String, i64) {
    let response = by.post(PERMISSIONS, new(codename)).await;
    assert_eq!(response.status, 201, "{response}");
    let id = response.json()["id"].as_i64().unwrap();
    (format!("{PERMISSIONS}{id}/"), id)
}

#[actix_web::test]
async fn has_the_six_permissions_of_the_api_description() {
    let app = TestApp::spawn().await;
    let manager = holder(&app, "manager", &[MANAGE_PERMISSIONS]).await;

    let response = manager.get(PERMISSIONS).await;
    let rows = response.json();
    let found: Vec<&str> =
        rows.as_array().unwrap().iter().map(|row| row["codename"].as_str().unwrap()).collect();
    assert_eq!(found, ALL);
    // Matches the example of the API description.
    assert_eq!(
        rows[0],
        json!({ "id": 1, "name": "Manage Users", "codename": "manage_users", "description": "Can manage user accounts" })
    );
}

#[actix_web::test]
async fn creates_the_permission_of_the_example() {
    let app = TestApp::spawn().await;
    let manager = holder(&app, "manager", &[MANAGE_PERMISSIONS]).await;

    let body = json!({
        "name": "New Permission",
        "codename": "new_permission",
        "description": "Description of new permission",
    });
    let response = manager.post(PERMISSIONS, body).await;
    assert_snapshot!(response, @r#"
    201 Created
    {"codename":"new_permission","description":"Description of new permission","id":"[id]","name":"New Permission"}
    "#);
    let path = format!("{PERMISSIONS}{}/", response.json()["id"]);
    assert_eq!(manager.get(&path).await.json(), response.json());
    assert_eq!(manager.delete(&path, ()).await.status, 204);
    assert_snapshot!(manager.get(&path).await, @r#"
    404 Not Found
    {"detail":"Not found."}
    "#);
}

#[actix_web::test]
async fn names_every_invalid_field_at_once() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;

    let body = json!({ "name": " ", "codename": "manage_users", "description": null });
    assert_snapshot!(admin.post(PERMISSIONS, body).await, @r#"
    400 Bad Request
    {"codename":["permission with this codename already exists."],"description":["This field may not be null."],"name":["This field may not be blank."]}
    "#);
    let body = json!({ "name": "x".repeat(101), "codename": "a\0b", "description": "\0" });
    assert_snapshot!(admin.post(PERMISSIONS, body).await, @r#"
    400 Bad Request
    {"codename":["Null characters are not allowed."],"description":["Null characters are not allowed."],"name":["Ensure this field has no more than 100 characters."]}
    "#);
}

#[actix_web::test]
async fn changes_only_the_sent_fields() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;
    let (path, id) = made(&admin, "publish").await;

    let response = admin.patch(&path, json!({ "description": "d" })).await;
    assert_eq!(
        response.json(),
        json!({ "id": id, "name": "New", "codename": "publish", "description": "d" })
    );
    let body = json!({ "name": "Publish", "codename": "publish" });
    let response = admin.put(&path, body).await;
    assert_eq!(
        response.json(),
        json!({ "id": id, "name": "Publish", "codename": "publish", "description": "d" })
    );
    assert_snapshot!(admin.put(&path, json!({})).await, @r#"
    400 Bad Request
    {"codename":["This field is required."],"name":["This field is required."]}
    "#);
    assert_snapshot!(admin.patch(&path, json!({ "codename": "view_users" })).await, @r#"
    400 Bad Request
    {"codename":["permission with this codename already exists."]}
    "#);
}

#[rstest]
#[case("PUT", new("manage_users"))]
#[case("PUT", new("other"))]
#[case("PATCH", json!({ "codename": "other" }))]
#[case("PATCH", json!({ "name": "Other" }))]
#[case("PATCH", json!({}))]
#[case("DELETE", json!(null))]
#[actix_web::test]
async fn built_in_permissions_cannot_be_changed(#[case] method: &str, #[case] body: Value) {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;
    let before = admin.get(PERMISSIONS).await.json();
    assert_eq!(before.as_array().unwrap().len(), 6);

    for row in before.as_array().unwrap() {
        let path = format!("{PERMISSIONS}{}/", row["id"]);
        assert_forbidden(&admin.send_json(method, &path, body.clone()).await);
    }
    assert_eq!(admin.get(PERMISSIONS).await.json(), before);
}

#[actix_web::test]
async fn only_a_superuser_may_add_a_new_permission_to_a_role() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;
    let manager = holder(&app, "manager", &[MANAGE_PERMISSIONS, MANAGE_ROLES]).await;
    let (_, id) = made(&manager, "publish").await;

    let body = json!({ "name": "Publishers", "permission_ids": [id] });
    assert_forbidden(&manager.post("/api/roles/", body.clone()).await);
    assert_eq!(admin.post("/api/roles/", body).await.status, 201);
}

/// Renaming a permission that others have would grant the new one to them.
#[actix_web::test]
async fn an_assigned_permission_is_changed_only_by_callers_that_have_it() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;
    let manager = holder(&app, "manager", &[MANAGE_PERMISSIONS]).await;
    let reader = app.user("reader").await;
    let (path, id) = made(&manager, "read").await;
    assert_eq!(manager.patch(&path, json!({ "codename": "reading" })).await.status, 200);
    let publishers = role(&app, "Publishers", &[]).await;
    let carries = json!({ "permission_ids": [id] });
    let at = format!("/api/roles/{}/", publishers.get());
    assert_eq!(admin.patch(&at, carries).await.status, 200);
    give(&app, reader.account().id, publishers).await;

    assert_forbidden(&manager.patch(&path, json!({ "codename": "launch" })).await);
    assert_forbidden(&manager.delete(&path, ()).await);
    assert_eq!(codenames(&app, reader.account().id).await, ["reading"]);

    give(&app, manager.account().id, publishers).await;
    assert_eq!(manager.patch(&path, json!({ "codename": "launch" })).await.status, 200);
    assert_eq!(codenames(&app, reader.account().id).await, ["launch"]);
    assert_eq!(manager.delete(&path, ()).await.status, 204);
    assert!(codenames(&app, reader.account().id).await.is_empty());
}

#[actix_web::test]
async fn searches_names_and_codenames() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;

    let response = admin.get("/api/permissions/?search=ROLES&ordering=-codename&limit=2").await;
    assert_eq!(response.json()[0]["codename"], "view_roles", "{response}");
    assert_eq!(response.json()[1]["codename"], "manage_user_roles", "{response}");
    assert_eq!(response.header("X-Total-Count").as_deref(), Some("3"));
    // An underscore matches only itself.
    let response = admin.get("/api/permissions/?search=r_l").await;
    assert_eq!(response.json(), json!([]));
}

#[actix_web::test]
async fn of_twenty_permissions_with_one_codename_one_is_created() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;

    let responses = join_all((0..20).map(|_| admin.post(PERMISSIONS, new("same")))).await;

    let made = responses.iter().filter(|response| response.status == 201);
    assert_eq!(made.count(), 1);
    for response in responses.iter().filter(|response| response.status != 201) {
        assert_eq!(response.status, 400, "{response}");
        let words = json!({ "codename": ["permission with this codename already exists."] });
        assert_eq!(response.json(), words);
    }
}

/// Deleting a permission while roles take it on: the roles are created without it or rejected.
#[actix_web::test]
async fn deleting_a_permission_does_not_break_concurrent_requests() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;
    for round in 0..6 {
        let (path, id) = made(&admin, &format!("passing{round}")).await;
        let one = json!({ "name": format!("One {round}"), "permission_ids": [id, 1] });
        let other = json!({ "name": format!("Other {round}"), "permission_ids": [2, id] });
        let (gone, one, other) = tokio::join!(
            admin.delete(&path, ()),
            admin.post("/api/roles/", one),
            admin.post("/api/roles/", other)
        );
        assert_eq!(gone.status, 204, "{gone}");
        for response in [one, other] {
            assert!(response.status == 201 || response.status == 400, "{response}");
        }
    }
}
