//! The role of an account and the permissions that follow from it. Source: docs/contract/api.md «Roles of accounts».

use loggia_kernel::list::ListRequest;
use loggia_rbac::{
    RolePatch,
    codename::{MANAGE_ROLES, VIEW_USERS},
};
use serde_json::json;

use super::{USERS, role_of, six};
use crate::{
    api::fixtures::{administrator, codenames, director, holder, now, role},
    app::TestApp,
};

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
