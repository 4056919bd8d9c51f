//! Listing, creating, changing and deleting roles.

use insta::assert_snapshot;
use loggia_rbac::codename;
use serde_json::json;

use super::{ROLES, assert_forbidden, at, carried, ids};
use crate::{
    api::fixtures::{give, holder, role},
    app::TestApp,
};

#[actix_web::test]
async fn has_the_built_in_role() {
    let app = TestApp::spawn().await;
    let viewer = holder(&app, "viewer", &[codename::VIEW_ROLES]).await;

    assert_snapshot!(viewer.get(ROLES).await, @r#"
    200 OK
    [{"description":"Administrator role","id":"[id]","name":"Admin","permissions":[{"codename":"manage_users","id":"[id]","name":"Manage Users"},{"codename":"view_users","id":"[id]","name":"View Users"},{"codename":"manage_roles","id":"[id]","name":"Manage Roles"},{"codename":"view_roles","id":"[id]","name":"View Roles"},{"codename":"manage_permissions","id":"[id]","name":"Manage Permissions"},{"codename":"manage_user_roles","id":"[id]","name":"Manage User Roles"}]},{"description":"","id":"[id]","name":"role of viewer","permissions":[{"codename":"view_roles","id":"[id]","name":"View Roles"}]}]
    "#);
}

#[actix_web::test]
async fn creates_the_role_of_the_example() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;

    let body = json!({
        "name": "  New Role ",
        "description": "Description of new role",
        "permission_ids": [2, "1", 2],
    });
    let response = admin.post(ROLES, body).await;
    assert_snapshot!(response, @r#"
    201 Created
    {"description":"Description of new role","id":"[id]","name":"New Role","permissions":[{"codename":"manage_users","id":"[id]","name":"Manage Users"},{"codename":"view_users","id":"[id]","name":"View Users"}]}
    "#);
    let path = format!("{ROLES}{}/", response.json()["id"]);
    assert_eq!(admin.get(&path).await.json(), response.json());
}

#[actix_web::test]
async fn changes_only_the_sent_fields() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;
    let path = at(role(&app, "Editors", &[codename::VIEW_USERS]).await);

    let response = admin.put(&path, json!({ "name": "Writers" })).await;
    assert_eq!((response.status.as_u16(), carried(&response).len()), (200, 1));
    let response = admin.patch(&path, json!({ "description": "d" })).await;
    assert_eq!(response.json()["name"], "Writers");
    let all = ids(&app, &codename::ALL).await;
    let response = admin.patch(&path, json!({ "permission_ids": all })).await;
    assert_eq!(carried(&response).len(), 6, "{response}");
    let response = admin.put(&path, json!({ "name": "Writers", "permission_ids": [] })).await;
    assert_snapshot!(response, @r#"
    200 OK
    {"description":"d","id":"[id]","name":"Writers","permissions":[]}
    "#);
    assert_snapshot!(admin.put(&path, json!({})).await, @r#"
    400 Bad Request
    {"name":["This field is required."]}
    "#);
}

#[actix_web::test]
async fn deleting_a_role_revokes_it_from_every_account() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;
    let viewer = app.user("viewer").await;
    let viewers = role(&app, "Viewers", &[codename::VIEW_ROLES]).await;
    give(&app, viewer.account().id, viewers).await;
    assert_eq!(viewer.get(ROLES).await.status, 200);

    let response = admin.delete(&at(viewers), ()).await;
    assert_eq!((response.status.as_u16(), response.body.len()), (204, 0));
    assert_forbidden(&viewer.get(ROLES).await);
    assert_eq!(admin.delete(&at(viewers), ()).await.status, 404);
}

#[actix_web::test]
async fn a_page_reports_the_total_count() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;
    for name in ["Übersetzer", "Writers", "übersicht"] {
        role(&app, name, &[codename::VIEW_USERS]).await;
    }

    let response = admin.get("/api/roles/?search=%C3%9CBERS&ordering=-name&limit=1").await;
    assert_eq!(response.json()[0]["name"], "übersicht", "{response}");
    assert_eq!(response.json()[0]["permissions"][0]["codename"], "view_users");
    assert_eq!(response.header("X-Total-Count").as_deref(), Some("2"));
    assert_snapshot!(admin.get("/api/roles/?ordering=description").await, @r#"
    400 Bad Request
    {"ordering":["\"description\" is not a valid choice."]}
    "#);
}
