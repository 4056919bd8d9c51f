//! `/api/roles/` and `/api/roles/{id}/`. Source: docs/contract/api.md «Roles»; docs/contract/drf.md «Fields».

use futures_util::future::join_all;
use insta::assert_snapshot;
use loggia_rbac::{RoleId, codename};
use rstest::rstest;
use serde_json::{Value, json};

use super::fixtures::{codenames, give, holder, role};
use crate::app::{Request, Response, TestApp};

const ROLES: &str = "/api/roles/";
const FORBIDDEN: &str = r#"{"detail":"You do not have permission to perform this action."}"#;

fn at(id: RoleId) -> String {
    format!("{ROLES}{}/", id.get())
}

/// Returns the ids of permissions, as a body lists them.
async fn ids(app: &TestApp, codenames: &[&str]) -> Vec<i64> {
    let admin = app.services().roles.by_name(&mut app.work(), "Admin").await.unwrap();
    let carried = admin.permissions.iter();
    carried
        .filter(|permission| codenames.contains(&&*permission.codename))
        .map(|permission| permission.id.get())
        .collect()
}

async fn built_in(app: &TestApp) -> RoleId {
    app.services().roles.by_name(&mut app.work(), "Admin").await.unwrap().id
}

fn carried(response: &Response) -> Vec<String> {
    let body = response.json();
    let rows = body["permissions"].as_array().unwrap().iter();
    rows.map(|row| row["codename"].as_str().unwrap().to_owned()).collect()
}

fn assert_forbidden(response: &Response) {
    assert_eq!(response.status, 403, "{response}");
    assert_eq!(response.text(), FORBIDDEN);
}

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
async fn names_every_invalid_field_at_once() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;

    let body = json!({ "name": "Admin", "description": [], "permission_ids": [1, 999_999, true] });
    assert_snapshot!(admin.post(ROLES, body).await, @r#"
    400 Bad Request
    {"description":["Not a valid string."],"name":["role with this name already exists."],"permission_ids":["Invalid pk \"999999\" - object does not exist."]}
    "#);
}

#[rstest]
#[case(json!("1"), r#"Expected a list of items but got type "str"."#)]
#[case(json!({}), r#"Expected a list of items but got type "dict"."#)]
#[case(json!(null), "This field may not be null.")]
#[case(json!([true]), "Incorrect type. Expected pk value, received bool.")]
#[case(json!([[1]]), "Incorrect type. Expected pk value, received list.")]
#[case(json!(["x\0"]), "Incorrect type. Expected pk value, received str.")]
#[case(json!([1.5]), "Incorrect type. Expected pk value, received float.")]
#[case(json!([-1]), r#"Invalid pk "-1" - object does not exist."#)]
#[actix_web::test]
async fn rejects_invalid_lists_of_permissions(#[case] ids: Value, #[case] words: &str) {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;

    let response = admin.post(ROLES, json!({ "name": "R", "permission_ids": ids })).await;
    assert_eq!(response.status, 400, "{response}");
    assert_eq!(response.json(), json!({ "permission_ids": [words] }));
}

/// Bodies near the size limit: many distinct numbers, or brackets only.
#[actix_web::test]
async fn an_excessive_list_of_permissions_is_rejected() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;
    let numbers: Vec<String> = (1000..11_000).map(|n| n.to_string()).collect();
    let numbers = format!(r#"{{"name":"R","permission_ids":[{}]}}"#, numbers.join(","));
    let depth = 30_000;
    let brackets =
        format!(r#"{{"name":"R","permission_ids":{}{}}}"#, "[".repeat(depth), "]".repeat(depth));

    for body in [numbers, brackets] {
        let response = admin.post(ROLES, &*body).await;
        assert_eq!(response.status, 400, "{response}");
    }
}

#[actix_web::test]
async fn a_form_repeats_the_field_for_several_permissions() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;

    let form = Request::new("POST", ROLES)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body("name=Form&name=Formed&permission_ids=1&permission_ids=2");
    let response = admin.send(form).await;
    assert_eq!(response.status, 201, "{response}");
    assert_eq!(response.json()["name"], "Formed");
    assert_eq!(carried(&response), ["manage_users", "view_users"]);
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

/// The order is: route, credentials, permission, method, object, body. Source: docs/contract/drf.md «Order of checks».
#[actix_web::test]
async fn the_order_of_checks_is_django_s() {
    let app = TestApp::spawn().await;
    let (anonymous, stranger) = (app.anonymous(), app.user("stranger").await);
    let viewer = holder(&app, "viewer", &[codename::VIEW_ROLES]).await;
    let manager = holder(&app, "manager", &[codename::MANAGE_ROLES]).await;
    let (some, none) = (at(built_in(&app).await), at(RoleId::new(999_999)));

    for (caller, method, path, body, status) in [
        (&anonymous, "PUT", ROLES, "{}", 401),
        (&anonymous, "OPTIONS", ROLES, "{}", 401),
        (&anonymous, "DELETE", &*none, "{}", 401),
        (&stranger, "PUT", ROLES, "{}", 403),
        (&stranger, "OPTIONS", ROLES, "{}", 403),
        (&stranger, "POST", ROLES, "{", 403),
        (&stranger, "GET", &none, "", 403),
        (&stranger, "PATCH", "/api/roles/abc/", "{", 403),
        (&viewer, "OPTIONS", ROLES, "{}", 200),
        (&viewer, "GET", &some, "", 200),
        (&viewer, "HEAD", &some, "", 200),
        (&viewer, "PUT", ROLES, "{}", 403),
        (&viewer, "POST", ROLES, "{}", 403),
        (&viewer, "DELETE", &none, "", 403),
        (&manager, "GET", ROLES, "", 200),
        (&manager, "PUT", ROLES, "{", 405),
        (&manager, "POST", &none, "{", 405),
        (&manager, "PUT", &none, "{", 404),
        (&manager, "PATCH", "/api/roles/abc/", "{", 404),
        (&manager, "GET", "/api/roles/99999999999999999999/", "", 404),
        (&manager, "GET", "/api/roles/-1/", "", 404),
        (&manager, "PUT", &some, "{", 403),
        (&manager, "POST", ROLES, "{", 400),
    ] {
        let response = caller.send_json(method, path, body).await;
        assert_eq!(response.status, status, "{method} {path}: {response}");
    }
}

#[actix_web::test]
async fn the_built_in_role_cannot_be_changed() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;
    let path = at(built_in(&app).await);
    let before = admin.get(&path).await.json();

    assert_forbidden(&admin.put(&path, json!({ "name": "Admin" })).await);
    assert_forbidden(&admin.patch(&path, json!({ "permission_ids": [] })).await);
    assert_forbidden(&admin.patch(&path, json!({})).await);
    assert_forbidden(&admin.delete(&path, ()).await);
    assert_eq!(admin.get(&path).await.json(), before);
}

#[actix_web::test]
async fn callers_cannot_create_a_role_with_permissions_they_do_not_have() {
    let app = TestApp::spawn().await;
    let manager = holder(&app, "manager", &[codename::MANAGE_ROLES, codename::VIEW_USERS]).await;

    let more = ids(&app, &[codename::VIEW_USERS, codename::MANAGE_USERS]).await;
    let body = json!({ "name": "More", "permission_ids": more });
    assert_forbidden(&manager.post(ROLES, body).await);
    let as_much = ids(&app, &[codename::VIEW_USERS, codename::MANAGE_ROLES]).await;
    let body = json!({ "name": "As much", "permission_ids": as_much });
    assert_eq!(manager.post(ROLES, body).await.status, 201);
    let roles = manager.get(ROLES).await.json();
    assert!(roles.as_array().unwrap().iter().all(|role| role["name"] != "More"));
}

#[actix_web::test]
async fn callers_cannot_add_permissions_they_do_not_have_even_to_their_own_role() {
    let app = TestApp::spawn().await;
    let manager = app.user("manager").await;
    let own_role = role(&app, "Managers", &[codename::MANAGE_ROLES]).await;
    give(&app, manager.account().id, own_role).await;
    let other = role(&app, "Other", &[]).await;
    let all = ids(&app, &codename::ALL).await;

    for path in [at(own_role), at(other)] {
        let body = json!({ "name": "N", "permission_ids": all });
        assert_forbidden(&manager.put(&path, body).await);
        assert_forbidden(&manager.patch(&path, json!({ "permission_ids": all })).await);
    }
    assert_eq!(codenames(&app, manager.account().id).await, ["manage_roles"]);
    // The manager may rename the role and remove permissions they have.
    let body = json!({ "name": "Renamed", "permission_ids": [] });
    assert_eq!(manager.put(&at(own_role), body).await.status, 200);
    assert_forbidden(&manager.get(ROLES).await);
}

#[actix_web::test]
async fn callers_cannot_change_a_role_with_permissions_they_do_not_have() {
    let app = TestApp::spawn().await;
    let manager = holder(&app, "manager", &[codename::MANAGE_ROLES]).await;
    let path = at(role(&app, "Rulers", &[codename::MANAGE_USERS]).await);

    assert_forbidden(&manager.patch(&path, json!({ "name": "Fools" })).await);
    assert_forbidden(&manager.patch(&path, json!({ "permission_ids": [] })).await);
    // The permission check comes before the validation of the body.
    assert_forbidden(&manager.put(&path, "{").await);
    assert_forbidden(&manager.delete(&path, ()).await);
    assert_eq!(manager.get(&path).await.json()["name"], "Rulers");
}

/// Every list that requires a codename, read with one sufficient codename and with all the others.
#[rstest]
#[case(ROLES, &[codename::MANAGE_ROLES, codename::VIEW_ROLES])]
#[case("/api/permissions/", &[codename::MANAGE_PERMISSIONS])]
#[case("/api/user-roles/", &[codename::MANAGE_USER_ROLES])]
#[actix_web::test]
async fn one_of_the_required_codenames_is_sufficient_and_all_others_are_not(
    #[case] path: &str,
    #[case] enough: &[&str],
) {
    let app = TestApp::spawn().await;
    for codename in enough {
        let rich = holder(&app, codename, &[codename]).await;
        assert_eq!(rich.get(path).await.status, 200, "{codename}");
    }
    let others: Vec<&str> =
        codename::ALL.into_iter().filter(|codename| !enough.contains(codename)).collect();
    let poor = holder(&app, "poor", &others).await;
    assert_forbidden(&poor.get(path).await);
}

#[actix_web::test]
async fn of_twenty_roles_with_one_name_one_is_created() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;

    let body = json!({ "name": "Same", "permission_ids": [1, 2] });
    let responses = join_all((0..20).map(|_| admin.post(ROLES, body.clone()))).await;

    let made = responses.iter().filter(|response| response.status == 201);
    assert_eq!(made.count(), 1);
    for response in responses.iter().filter(|response| response.status != 201) {
        assert_eq!(response.status, 400, "{response}");
        let words = json!({ "name": ["role with this name already exists."] });
        assert_eq!(response.json(), words);
    }
}

/// An assignment grants the role's permissions at the time of the check, or fails: never more than the grantor has.
#[actix_web::test]
async fn a_concurrent_grant_and_edit_never_exceed_the_permissions_of_either_caller() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;
    let giver = holder(&app, "giver", &[codename::MANAGE_USER_ROLES]).await;
    for round in 0..8 {
        let empty = role(&app, &format!("Empty {round}"), &[]).await;
        let target = app.user(&format!("target{round}")).await;
        let fill = json!({ "permission_ids": [1] });
        let grant = json!({ "user": target.account().id.get(), "role": empty.get() });
        let path = at(empty);
        let (filled, granted) =
            tokio::join!(admin.patch(&path, fill), giver.post("/api/user-roles/", grant));
        assert_eq!(filled.status, 200, "{filled}");
        // If the assignment came first, the role was empty, and the superuser added the permission afterwards.
        assert!(granted.status == 201 || granted.status == 403, "{granted}");
        let held = codenames(&app, target.account().id).await;
        assert_eq!(held.is_empty(), granted.status == 403);
    }
}

/// Permissions are checked when the body has arrived, so a permission revoked in between is not used.
#[actix_web::test]
async fn a_permission_revoked_while_the_body_arrives_does_not_count() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;
    let manager = app.user("manager").await;
    let own_role = role(&app, "Managers", &[codename::MANAGE_ROLES]).await;
    give(&app, manager.account().id, own_role).await;

    for round in 0..10 {
        let (create, path) = (json!({ "name": format!("R{round}") }), at(own_role));
        let (made, _) = tokio::join!(
            manager.post(ROLES, create),
            admin.patch(&path, json!({ "permission_ids": [] }))
        );
        assert!(made.status == 201 || made.status == 403, "{made}");
        assert_forbidden(&manager.post(ROLES, json!({ "name": "late" })).await);
        let back = ids(&app, &[codename::MANAGE_ROLES]).await;
        let body = json!({ "permission_ids": back });
        assert_eq!(admin.patch(&at(own_role), body).await.status, 200);
    }
}
