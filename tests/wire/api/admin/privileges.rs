//! Changes that the permissions of the administrator do not allow.

use loggia_rbac::NewPermission;
use serde_json::{Value, json};

use super::{USERS, at, role_of, toggle};
use crate::{
    api::fixtures::{
        administrator, administrator_by_name, codenames, director, now, role, superuser,
    },
    app::{Request, TestApp},
};

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
