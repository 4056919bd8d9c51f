//! `/api/auth/admin/users/` and its subpaths. Source: docs/contract/api.md «Admin users», «Roles of accounts».

use futures_util::future::join_all;
use insta::assert_snapshot;
use loggia_kernel::list::ListRequest;
use loggia_rbac::codename::{ALL, MANAGE_ROLES, MANAGE_USERS, VIEW_USERS};
use loggia_rbac::{NewPermission, RolePatch};
use serde_json::{Value, json};

use super::fixtures::{
    administrator, administrator_by_name, codenames, director, holder, now, role, superuser,
};
use crate::app::{Caller, Request, TestApp};

const USERS: &str = "/api/auth/admin/users/";

fn at(caller: &Caller<'_>) -> String {
    format!("{USERS}{}/", caller.account().id)
}

fn toggle(caller: &Caller<'_>) -> String {
    format!("{}toggle_active/", at(caller))
}

fn role_of(caller: &Caller<'_>) -> String {
    format!("{}change_role/", at(caller))
}

fn six() -> Vec<String> {
    let mut six = ALL.map(str::to_owned);
    six.sort();
    six.to_vec()
}

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

#[actix_web::test]
async fn concurrent_toggles_each_count() {
    let app = TestApp::spawn().await;
    let boss = administrator(&app, "boss").await;
    let alice = app.user("alice").await;
    let path = toggle(&alice);

    let responses = join_all((0..5).map(|_| boss.post(&path, ()))).await;

    let on = responses.iter().filter(|response| response.json()["is_active"] == true);
    assert_eq!(on.count(), 2);
    assert!(!now(&app, &alice).await.is_active);
}

/// Source: docs/contract/api.md «Roles of accounts».
#[actix_web::test]
async fn changing_the_role_grants_and_revokes_its_permissions() {
    let app = TestApp::spawn().await;
    let boss = administrator(&app, "boss").await;
    let alice = app.user("alice").await;
    let id = alice.account().id;
    role(&app, "Editor", &[VIEW_USERS]).await;
    let path = role_of(&alice);
    assert_eq!(alice.get(USERS).await.status, 403);
    assert_eq!(alice.get("/api/users/").await.status, 403);

    let response = boss.post(&path, json!({ "role": "ADMIN" })).await;
    assert_eq!(response.json()["role"], "admin", "{response}");
    assert_eq!(codenames(&app, id).await, six());
    assert_eq!(alice.get(USERS).await.status, 200);
    assert_eq!(alice.get("/api/users/").await.status, 200);

    let response = boss.post(&path, json!({ "role": "eDITOR" })).await;
    assert_eq!(response.json()["role"], "Editor", "{response}");
    assert_eq!(codenames(&app, id).await, [VIEW_USERS]);
    assert_eq!(alice.get(USERS).await.status, 403);
    assert_eq!(alice.get("/api/users/").await.status, 200);

    let response = boss.post(&path, json!({ "role": "user" })).await;
    assert_eq!(response.json()["role"], "user", "{response}");
    assert_eq!(codenames(&app, id).await, [""; 0]);
    assert_eq!(alice.get("/api/users/").await.status, 403);
}

/// This path does not revoke roles assigned elsewhere.
#[actix_web::test]
async fn other_roles_of_an_account_are_kept() {
    let app = TestApp::spawn().await;
    let boss = administrator(&app, "boss").await;
    let alice = holder(&app, "alice", &[VIEW_USERS]).await;

    for role in ["admin", "user"] {
        let response = boss.post(&role_of(&alice), json!({ "role": role })).await;
        assert_eq!(response.status, 200, "{response}");
    }
    assert_eq!(codenames(&app, alice.account().id).await, [VIEW_USERS]);
}

/// A custom role named like one of the two reserved words does not replace the reserved meaning.
#[actix_web::test]
async fn no_custom_role_replaces_a_reserved_word() {
    let app = TestApp::spawn().await;
    let boss = administrator(&app, "boss").await;
    let alice = app.user("alice").await;
    let id = alice.account().id;
    let roles = &app.services().roles;
    let editor = role(&app, "Editor", &[VIEW_USERS]).await;
    for name in ["admin", "user", "USER"] {
        role(&app, name, &[MANAGE_ROLES]).await;
    }

    boss.post(&role_of(&alice), json!({ "role": "user" })).await;
    assert_eq!(codenames(&app, id).await, [""; 0]);
    boss.post(&role_of(&alice), json!({ "role": "admin" })).await;
    assert_eq!(codenames(&app, id).await, six());

    // Renaming a role to a reserved word does not give it that meaning, either.
    boss.post(&role_of(&alice), json!({ "role": "Editor" })).await;
    let renamed = RolePatch { name: Some("aDMIN".to_owned()), ..RolePatch::default() };
    roles.update(&mut app.work(), director(), editor, renamed).await.unwrap();
    assert_eq!(now(&app, &alice).await.role, "user");
    assert_eq!(alice.get(USERS).await.status, 403);
    // Earlier assignments stay.
    assert_eq!(codenames(&app, id).await, [VIEW_USERS]);
}

/// `role` follows the role it names. Source: docs/contract/api.md «Roles of accounts».
#[actix_web::test]
async fn the_role_of_an_account_never_dangles() {
    let app = TestApp::spawn().await;
    let boss = administrator(&app, "boss").await;
    let (alice, bob) = (app.user("alice").await, app.user("bob").await);
    let editor = role(&app, "Editor", &[VIEW_USERS]).await;
    for caller in [&alice, &bob] {
        boss.post(&role_of(caller), json!({ "role": "editor" })).await;
    }
    let services = app.services();

    let renamed = RolePatch { name: Some("Reader".to_owned()), ..RolePatch::default() };
    services.roles.update(&mut app.work(), director(), editor, renamed).await.unwrap();
    assert_eq!(now(&app, &alice).await.role, "Reader");

    // Revoked elsewhere, the role is no longer named.
    let taken = services
        .assignments
        .ensure_unassigned(&mut app.work(), director(), alice.account().id, editor)
        .await;
    taken.unwrap();
    assert_eq!(now(&app, &alice).await.role, "user");
    assert_eq!(now(&app, &bob).await.role, "Reader");

    services.roles.delete(&mut app.work(), director(), editor).await.unwrap();
    assert_eq!(now(&app, &bob).await.role, "user");

    let admin = services.roles.by_name(&mut app.work(), "admin").await.unwrap();
    let boss_id = boss.account().id;
    let taken = services
        .assignments
        .ensure_unassigned(&mut app.work(), director(), boss_id, admin.id)
        .await;
    taken.unwrap();
    assert_eq!(now(&app, &boss).await.role, "user");
    assert_eq!(boss.get(USERS).await.status, 403);
}

/// Staff accounts may use this surface but have no codenames, so they can neither grant nor revoke the role `admin`.
#[actix_web::test]
async fn staff_without_codenames_cannot_create_administrators() {
    let app = TestApp::spawn().await;
    let clerk = administrator_by_name(&app, "clerk").await;
    let boss = administrator(&app, "boss").await;
    let alice = app.user("alice").await;
    assert_eq!(clerk.get(USERS).await.status, 200);

    for body in [
        json!({ "role": "admin" }),
        json!({ "first_name": "A", "role": "Admin", "is_active": false }),
    ] {
        let path = if body.get("first_name").is_some() { at(&alice) } else { role_of(&alice) };
        let method = if path == at(&alice) { "PATCH" } else { "POST" };
        let response = clerk.send(Request::new(method, &path).json(&body)).await;
        assert_eq!(response.status, 403, "{response}");
        assert_eq!(&now(&app, &alice).await, alice.account());
    }
    let new = json!({ "email": "new@example.com", "password": TestApp::PASSWORD, "role": "admin" });
    assert_eq!(clerk.post(USERS, new).await.status, 403);
    // The rejected request created no account.
    assert_eq!(clerk.get(&format!("{USERS}?search=new@")).await.json(), json!([]));

    assert_eq!(clerk.post(&toggle(&boss), ()).await.status, 403);
    assert_eq!(clerk.post(&toggle(&alice), ()).await.status, 200);
}

/// An administrator cannot grant a permission that none of their roles has.
#[actix_web::test]
async fn administrators_cannot_grant_permissions_they_do_not_have() {
    let app = TestApp::spawn().await;
    let boss = administrator(&app, "boss").await;
    let alice = app.user("alice").await;
    let root = superuser(&app, "root").await;
    let permissions = &app.services().permissions;
    let new = NewPermission {
        name: "Launch".to_owned(),
        codename: "launch".to_owned(),
        description: String::new(),
    };
    permissions.create(&mut app.work(), director(), new).await.unwrap();
    role(&app, "Launcher", &["launch"]).await;
    let body = json!({ "role": "Launcher" });

    let response = boss.post(&role_of(&alice), body.clone()).await;
    assert_eq!(response.status, 403, "{response}");
    assert_eq!(codenames(&app, alice.account().id).await, [""; 0]);
    assert_eq!(root.post(&role_of(&alice), body).await.status, 200);
    // Alice now has more permissions than the administrator.
    for (method, path, body) in [
        ("POST", role_of(&alice), json!({ "role": "user" })),
        ("POST", toggle(&alice), Value::Null),
        ("PATCH", at(&alice), json!({ "password": "An0ther-Passw0rd!" })),
        ("DELETE", at(&alice), Value::Null),
    ] {
        let response = boss.send(Request::new(method, &path).json(&body)).await;
        assert_eq!(response.status, 403, "{method} {path}: {response}");
    }
    assert_eq!(now(&app, &alice).await.role, "Launcher");
}

#[actix_web::test]
async fn an_administrator_cannot_change_a_superuser() {
    let app = TestApp::spawn().await;
    let root = superuser(&app, "root").await;
    let boss = administrator(&app, "boss").await;
    let before = now(&app, &root).await;

    for (method, path, body) in [
        ("POST", toggle(&root), Value::Null),
        ("POST", role_of(&root), json!({ "role": "user" })),
        ("PATCH", at(&root), json!({ "email": "mine@example.com" })),
        ("PATCH", at(&root), json!({ "password": "An0ther-Passw0rd!" })),
        ("PUT", at(&root), json!({ "email": "root@example.com" })),
        ("DELETE", at(&root), Value::Null),
    ] {
        let response = boss.send(Request::new(method, &path).json(&body)).await;
        assert_eq!(response.status, 403, "{method} {path}: {response}");
    }
    assert_eq!(now(&app, &root).await, before);
    assert_eq!(root.post(&toggle(&boss), ()).await.status, 200);
}

/// Source: docs/contract/api.md «Permissions of callers»; docs/contract/README.md «Administrators».
#[actix_web::test]
async fn administrators_cannot_deactivate_demote_or_delete_themselves() {
    let app = TestApp::spawn().await;
    let root = superuser(&app, "root").await;
    let boss = administrator(&app, "boss").await;

    for caller in [&root, &boss] {
        let before = now(&app, caller).await;
        for (method, path, body) in [
            ("POST", toggle(caller), Value::Null),
            (
                "POST",
                role_of(caller),
                json!({ "role": if before.role == "admin" { "user" } else { "admin" } }),
            ),
            ("PATCH", at(caller), json!({ "is_active": false })),
            ("DELETE", at(caller), Value::Null),
        ] {
            let response = caller.send(Request::new(method, &path).json(&body)).await;
            assert_eq!(response.status, 400, "{method} {path}: {response}");
            let words = "You cannot deactivate, delete or change the role of your own account.";
            assert_eq!(response.json(), json!({ "detail": words }), "{path}");
        }
        assert_eq!(now(&app, caller).await, before);
        let same = json!({ "role": before.role, "is_active": true, "first_name": "Me" });
        assert_eq!(caller.patch(&at(caller), same).await.status, 200);
    }
}

/// Two administrators demote each other concurrently: the second request fails.
#[actix_web::test]
async fn of_two_who_demote_each_other_one_remains() {
    let app = TestApp::spawn().await;
    let (one, other) = (administrator(&app, "one").await, administrator(&app, "other").await);
    let (to_one, to_other) = (role_of(&one), role_of(&other));
    let demoted = json!({ "role": "user" });

    let responses =
        join_all([one.post(&to_other, demoted.clone()), other.post(&to_one, demoted.clone())])
            .await;

    let done = responses.iter().filter(|response| response.status.is_success());
    assert_eq!(done.count(), 1, "{} {}", responses[0], responses[1]);
    let roles = [now(&app, &one).await.role, now(&app, &other).await.role];
    assert_eq!(roles.iter().filter(|role| *role == "admin").count(), 1);
}

/// Ten administrators concurrently change one account: role and codenames are consistent afterwards.
#[actix_web::test]
async fn role_and_codenames_stay_consistent_in_a_race() {
    let app = TestApp::spawn().await;
    let boss = administrator(&app, "boss").await;
    let alice = app.user("alice").await;
    role(&app, "Editor", &[VIEW_USERS]).await;
    role(&app, "Keeper", &[MANAGE_USERS, MANAGE_ROLES]).await;
    let path = role_of(&alice);

    let names = ["admin", "Editor", "Keeper", "user"];
    let responses =
        join_all((0..12).map(|n| boss.post(&path, json!({ "role": names[n % 4] })))).await;

    for response in &responses {
        assert_eq!(response.status, 200, "{response}");
    }
    let held = codenames(&app, alice.account().id).await;
    let expected: Vec<String> = match &*now(&app, &alice).await.role {
        "admin" => six(),
        "Editor" => vec![VIEW_USERS.to_owned()],
        "Keeper" => vec![MANAGE_ROLES.to_owned(), MANAGE_USERS.to_owned()],
        _ => vec![],
    };
    assert_eq!(held, expected);
}

/// In either order, an account never names a role that no longer exists under that name.
#[actix_web::test]
async fn a_role_renamed_while_it_is_assigned_does_not_dangle() {
    let app = TestApp::spawn().await;
    let boss = administrator(&app, "boss").await;
    let alice = app.user("alice").await;

    for round in 0..10 {
        let (old, new) = (format!("Old {round}"), format!("New {round}"));
        let id = role(&app, &old, &[VIEW_USERS]).await;
        let (path, change) = (format!("/api/roles/{}/", id.get()), role_of(&alice));
        let (given, renamed) = tokio::join!(
            boss.post(&change, json!({ "role": old })),
            boss.patch(&path, json!({ "name": new })),
        );
        assert_eq!(renamed.status, 200, "{renamed}");
        match given.status.as_u16() {
            200 => assert_eq!(now(&app, &alice).await.role, new),
            400 => assert_eq!(
                given.json(),
                json!({ "role": [format!("\"{old}\" is not a valid choice.")] })
            ),
            _ => panic!("{given}"),
        }
    }
}

/// An account's changes to itself leave its role unchanged.
#[actix_web::test]
async fn accounts_cannot_change_their_own_role_elsewhere() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let body = json!({ "email": "alice@example.com", "role": "admin", "is_superuser": true, "is_staff": true });
    for path in ["/api/auth/me/", "/auth/users/me/", "/api/auth/profile/"] {
        alice.patch(path, body.clone()).await;
        alice.put(path, body.clone()).await;
    }
    let account = now(&app, &alice).await;
    assert_eq!(&*account.role, "user");
    assert!(!account.is_staff && !account.is_superuser);
    assert_eq!(alice.get(USERS).await.status, 403);
    let new = json!({ "email": "n@example.com", "password": TestApp::PASSWORD, "role": "admin" });
    app.anonymous().post("/api/auth/register/", new).await;
    let all = app.services().administration.list(&mut app.work(), &ListRequest::ALL).await.unwrap();
    assert!(all.items.iter().all(|account| account.role == "user"));
}
