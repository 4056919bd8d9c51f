//! `/api/user-roles/` and `/api/user-roles/{id}/`. Source: docs/contract/api.md «User roles»;
//! docs/contract/drf.md «Fields».

use futures_util::future::join_all;
use insta::assert_snapshot;
use loggia_rbac::{RoleId, codename};
use rstest::rstest;
use serde_json::{Value, json};

use super::fixtures::{administrator, codenames, give, holder, now, role};
use crate::app::{Caller, Response, TestApp};

const USER_ROLES: &str = "/api/user-roles/";
const FORBIDDEN: &str = r#"{"detail":"You do not have permission to perform this action."}"#;

fn assert_forbidden(response: &Response) {
    assert_eq!(response.status, 403, "{response}");
    assert_eq!(response.text(), FORBIDDEN);
}

fn grant(to: &Caller<'_>, role: RoleId) -> Value {
    json!({ "user": to.account().id.get(), "role": role.get() })
}

async fn built_in(app: &TestApp) -> RoleId {
    app.services().roles.by_name(&mut app.work(), "Admin").await.unwrap().id
}

/// Returns the path of the only assignment of this role.
async fn path_of(app: &TestApp, by: &Caller<'_>, role: RoleId) -> String {
    let rows = by.get(USER_ROLES).await.json();
    let rows = rows.as_array().unwrap();
    let found: Vec<&Value> = rows.iter().filter(|row| row["role"] == role.get()).collect();
    assert_eq!(found.len(), 1, "{}", app.database_url());
    format!("{USER_ROLES}{}/", found[0]["id"])
}

#[actix_web::test]
async fn assigns_and_revokes_as_in_the_api_description() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;
    let alice = app.user("alice").await;
    let viewers = role(&app, "Viewers", &[codename::VIEW_ROLES]).await;

    let response = admin.post(USER_ROLES, grant(&alice, viewers)).await;
    assert_eq!(response.status, 201, "{response}");
    let id = response.json()["id"].as_i64().unwrap();
    let row = json!({
        "id": id,
        "user": alice.account().id.get(),
        "role": viewers.get(),
        "created_at": "2026-01-01T12:00:00Z",
    });
    assert_eq!(response.json(), row);
    assert_eq!(admin.get(USER_ROLES).await.json(), json!([row]));
    let path = format!("{USER_ROLES}{id}/");
    assert_eq!(admin.get(&path).await.json(), row);
    assert_eq!(alice.get("/api/roles/").await.status, 200);

    assert_snapshot!(admin.post(USER_ROLES, grant(&alice, viewers)).await, @r#"
    400 Bad Request
    {"non_field_errors":["The fields user, role must make a unique set."]}
    "#);
    let response = admin.delete(&path, ()).await;
    assert_eq!((response.status.as_u16(), response.body.len()), (204, 0));
    assert_forbidden(&alice.get("/api/roles/").await);
    assert_eq!(admin.delete(&path, ()).await.status, 404);
}

#[actix_web::test]
async fn an_assignment_cannot_be_changed_only_recreated() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;
    let stranger = app.user("stranger").await;

    for method in ["PUT", "PATCH"] {
        let response = admin.send_json(method, "/api/user-roles/999999/", "{").await;
        assert_eq!(response.status, 405, "{response}");
        assert_eq!(response.header("Allow").as_deref(), Some("GET, DELETE, HEAD, OPTIONS"));
        let response = stranger.send_json(method, "/api/user-roles/999999/", "{").await;
        assert_forbidden(&response);
    }
}

#[rstest]
#[case(json!({}), json!({ "user": ["This field is required."], "role": ["This field is required."] }))]
#[case(
    json!({ "user": "abc", "role": true }),
    json!({
        "user": ["Incorrect type. Expected pk value, received str."],
        "role": ["Incorrect type. Expected pk value, received bool."],
    })
)]
#[case(
    json!({ "user": 999_999, "role": "99999999999999999999" }),
    json!({
        "user": ["Invalid pk \"999999\" - object does not exist."],
        "role": ["Invalid pk \"99999999999999999999\" - object does not exist."],
    })
)]
#[case(
    json!({ "user": "", "role": [] }),
    json!({
        "user": ["This field may not be null."],
        "role": ["Incorrect type. Expected pk value, received list."],
    })
)]
#[actix_web::test]
async fn names_every_invalid_field_at_once(#[case] body: Value, #[case] faults: Value) {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;

    let response = admin.post(USER_ROLES, body).await;
    assert_eq!(response.status, 400, "{response}");
    assert_eq!(response.json(), faults);
}

#[actix_web::test]
async fn callers_cannot_assign_roles_with_permissions_they_do_not_have() {
    let app = TestApp::spawn().await;
    let giver = holder(&app, "giver", &[codename::MANAGE_USER_ROLES]).await;
    let friend = app.user("friend").await;
    let admins = built_in(&app).await;
    let more = role(&app, "More", &[codename::MANAGE_USER_ROLES, codename::MANAGE_USERS]).await;

    for role in [admins, more] {
        assert_forbidden(&giver.post(USER_ROLES, grant(&giver, role)).await);
        assert_forbidden(&giver.post(USER_ROLES, grant(&friend, role)).await);
    }
    assert!(codenames(&app, friend.account().id).await.is_empty());
    assert_eq!(codenames(&app, giver.account().id).await, ["manage_user_roles"]);

    let as_much = role(&app, "As much", &[codename::MANAGE_USER_ROLES]).await;
    assert_eq!(giver.post(USER_ROLES, grant(&friend, as_much)).await.status, 201);
    assert_eq!(friend.get(USER_ROLES).await.status, 200);
}

#[actix_web::test]
async fn callers_cannot_revoke_roles_with_permissions_they_do_not_have() {
    let app = TestApp::spawn().await;
    let giver = holder(&app, "giver", &[codename::MANAGE_USER_ROLES]).await;
    let ruler = app.user("ruler").await;
    let admins = built_in(&app).await;
    give(&app, ruler.account().id, admins).await;
    let path = path_of(&app, &giver, admins).await;

    assert_forbidden(&giver.delete(&path, ()).await);
    assert_eq!(codenames(&app, ruler.account().id).await.len(), 6);
    // An account that has the role may revoke it, even from itself.
    assert_eq!(ruler.delete(&path, ()).await.status, 204);
    assert!(codenames(&app, ruler.account().id).await.is_empty());
}

/// Being an administrator means more than having the six codenames. Source: docs/contract/api.md «User roles».
#[actix_web::test]
async fn only_administrators_may_revoke_the_role_of_an_administrator() {
    let app = TestApp::spawn().await;
    let boss = administrator(&app, "boss").await;
    let other = administrator(&app, "other").await;
    let keeper = holder(&app, "keeper", &codename::ALL).await;
    let rows = keeper.get(USER_ROLES).await.json();
    let row_of = |holder: &Caller<'_>| {
        let id = holder.account().id.get();
        let rows = rows.as_array().unwrap().iter();
        let found = rows.clone().find(|row| row["user"] == id).unwrap();
        format!("{USER_ROLES}{}/", found["id"])
    };

    assert_forbidden(&keeper.delete(&row_of(&boss), ()).await);
    assert_eq!(now(&app, &boss).await.role, "admin");
    assert_eq!(boss.delete(&row_of(&other), ()).await.status, 204);
    assert_eq!(now(&app, &other).await.role, "user");
}

#[actix_web::test]
async fn an_assignment_is_deleted_with_its_user_and_its_role() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;
    let (alice, bob) = (app.user("alice").await, app.user("bob").await);
    let (one, other) = (role(&app, "One", &[]).await, role(&app, "Other", &[]).await);
    for caller in [&alice, &bob] {
        give(&app, caller.account().id, one).await;
        give(&app, caller.account().id, other).await;
    }
    app.services().accounts.delete(&mut app.work(), alice.account().id).await.unwrap();
    assert_eq!(admin.get(USER_ROLES).await.json().as_array().unwrap().len(), 2);
    let path = format!("/api/roles/{}/", one.get());
    assert_eq!(admin.delete(&path, ()).await.status, 204);
    let rows = admin.get(USER_ROLES).await.json();
    assert_eq!(rows.as_array().unwrap().len(), 1);
    assert_eq!(rows[0]["role"], other.get());
}

#[actix_web::test]
async fn filters_orders_and_paginates_the_list() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;
    let alice = app.user("alice").await;
    for name in ["One", "Other", "Third"] {
        let made = role(&app, name, &[]).await;
        give(&app, alice.account().id, made).await;
    }

    let response = admin.get("/api/user-roles/?ordering=-role&search=O&limit=1&offset=1").await;
    assert_eq!(response.header("X-Total-Count").as_deref(), Some("2"));
    let one = app.services().roles.by_name(&mut app.work(), "One").await.unwrap();
    assert_eq!(response.json()[0]["role"], one.id.get(), "{response}");
}

#[actix_web::test]
async fn of_twenty_equal_assignments_one_is_created() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;
    let alice = app.user("alice").await;
    let viewers = role(&app, "Viewers", &[codename::VIEW_ROLES]).await;

    let body = grant(&alice, viewers);
    let responses = join_all((0..20).map(|_| admin.post(USER_ROLES, body.clone()))).await;

    let given = responses.iter().filter(|response| response.status == 201);
    assert_eq!(given.count(), 1);
    for response in responses.iter().filter(|response| response.status != 201) {
        assert_eq!(response.status, 400, "{response}");
        let words =
            json!({ "non_field_errors": ["The fields user, role must make a unique set."] });
        assert_eq!(response.json(), words);
    }
    assert_eq!(admin.get(USER_ROLES).await.json().as_array().unwrap().len(), 1);
}

/// Concurrent assignments, revocations, and deletions of roles and accounts return only statuses of the contract.
#[actix_web::test]
async fn concurrent_changes_return_only_documented_statuses() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;
    for round in 0..5 {
        let alice = app.user(&format!("alice{round}")).await;
        let passing = role(&app, &format!("Passing {round}"), &[codename::VIEW_USERS]).await;
        give(&app, alice.account().id, passing).await;
        let assignment = path_of(&app, &admin, passing).await;
        let at = format!("/api/roles/{}/", passing.get());
        let (accounts, mut work) = (&app.services().accounts, app.work());
        let (granted, removed, renamed, ended, deleted) = tokio::join!(
            admin.post(USER_ROLES, grant(&alice, passing)),
            admin.delete(&assignment, ()),
            admin.patch(&at, json!({ "name": format!("Renamed {round}") })),
            admin.delete(&at, ()),
            accounts.delete(&mut work, alice.account().id),
        );
        assert!([201, 400].contains(&granted.status.as_u16()), "{granted}");
        assert!([204, 404].contains(&removed.status.as_u16()), "{removed}");
        assert!([200, 404].contains(&renamed.status.as_u16()), "{renamed}");
        assert_eq!(ended.status, 204, "{ended}");
        assert!(deleted.is_ok(), "{deleted:?}");
        assert_eq!(admin.get(USER_ROLES).await.json(), json!([]));
    }
}
