//! Changes that the permissions of the caller do not allow.

use loggia_rbac::{RoleId, codename};
use rstest::rstest;
use serde_json::json;

use super::{ROLES, assert_forbidden, at, built_in, ids};
use crate::{
    api::fixtures::{codenames, give, holder, role},
    app::TestApp,
};

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
