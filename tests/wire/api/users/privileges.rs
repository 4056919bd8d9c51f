//! Changes that the permissions of the caller do not allow.

use futures_util::future::join_all;
use loggia_rbac::codename::{MANAGE_ROLES, MANAGE_USERS, VIEW_USERS};
use serde_json::{Value, json};

use super::{USERS, at};
use crate::{
    api::fixtures::{administrator, director, give, holder, now, role, superuser},
    app::{Caller, Request, TestApp},
};

/// Every request that would change an account.
fn changes() -> [(&'static str, Value); 6] {
    [
        ("PUT", json!({ "email": "taken.over@example.com", "username": "gone" })),
        ("PATCH", json!({ "password": "An0ther-Passw0rd!" })),
        ("PATCH", json!({ "email": "taken.over@example.com" })),
        ("PATCH", json!({ "is_active": false })),
        ("PATCH", json!({})),
        ("DELETE", Value::Null),
    ]
}

async fn try_all(by: &Caller<'_>, path: &str) -> Vec<u16> {
    let mut statuses = Vec::new();
    for (method, body) in changes() {
        let request = Request::new(method, path).json(&body);
        statuses.push(by.send(request).await.status.as_u16());
    }
    statuses
}

#[actix_web::test]
async fn callers_cannot_change_an_account_with_more_permissions() {
    let app = TestApp::spawn().await;
    let manager = holder(&app, "manager", &[MANAGE_USERS, VIEW_USERS]).await;
    let targets = [
        superuser(&app, "root").await,
        administrator(&app, "boss").await,
        holder(&app, "rolekeeper", &[MANAGE_USERS, MANAGE_ROLES]).await,
    ];

    for target in &targets {
        let before = now(&app, target).await;
        let statuses = try_all(&manager, &at(target)).await;
        assert_eq!(statuses, [403; 6], "{}", before.username);
        assert_eq!(now(&app, target).await, before);
        // The target and its session are unchanged.
        assert_eq!(target.get("/api/auth/me/").await.status, 200);
        assert_eq!(manager.get(&at(target)).await.status, 200);
    }
    // An account with the same permissions or fewer may be changed.
    let equal = holder(&app, "equal", &[MANAGE_USERS]).await;
    let statuses = try_all(&manager, &at(&equal)).await;
    assert_eq!(statuses, [200, 200, 200, 200, 200, 204]);
    let root = &targets[0];
    for target in &targets[1..] {
        assert_eq!(root.delete(&at(target), ()).await.status, 204);
    }
}

/// Assigning or revoking a role takes effect immediately.
#[actix_web::test]
async fn permissions_take_effect_immediately() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let manager = holder(&app, "manager", &[MANAGE_USERS]).await;
    let path = at(&alice);
    assert_eq!(alice.get(USERS).await.status, 403);

    let viewers = role(&app, "viewers", &[VIEW_USERS]).await;
    give(&app, alice.account().id, viewers).await;
    assert_eq!(alice.get(USERS).await.status, 200);
    // Alice now has a permission that the manager does not have.
    assert_eq!(manager.patch(&path, "{}").await.status, 403);

    let assignments = &app.services().assignments;
    let taken = assignments
        .ensure_unassigned(&mut app.work(), director(), alice.account().id, viewers)
        .await;
    taken.unwrap();
    assert_eq!(alice.get(USERS).await.status, 403);
    assert_eq!(manager.patch(&path, "{}").await.status, 200);
}

#[actix_web::test]
async fn callers_cannot_deactivate_or_delete_themselves() {
    let app = TestApp::spawn().await;
    let root = superuser(&app, "root").await;
    let manager = holder(&app, "manager", &[MANAGE_USERS]).await;

    for caller in [&root, &manager] {
        let path = at(caller);
        let off = json!({ "is_active": false });
        let response = caller.patch(&path, off).await;
        assert_eq!(response.status, 400, "{response}");
        let words = "You cannot deactivate, delete or change the role of your own account.";
        assert_eq!(response.json(), json!({ "detail": words }));
        assert_eq!(caller.delete(&path, ()).await.status, 400);
        let named = caller.patch(&path, json!({ "first_name": "Me" })).await;
        assert_eq!(named.status, 200, "{named}");
    }
}

#[actix_web::test]
async fn of_two_accounts_that_delete_each_other_one_remains() {
    for round in 0..4 {
        let app = TestApp::spawn().await;
        let (one, other) = if round % 2 == 0 {
            (superuser(&app, "one").await, superuser(&app, "other").await)
        } else {
            (
                holder(&app, "one", &[MANAGE_USERS]).await,
                holder(&app, "other", &[MANAGE_USERS]).await,
            )
        };
        let (to_one, to_other) = (at(&one), at(&other));
        let off = json!({ "is_active": false });
        let responses = if round < 2 {
            join_all([one.delete(&to_other, ()), other.delete(&to_one, ())]).await
        } else {
            let (a, b) =
                futures_util::join!(one.patch(&to_other, off.clone()), other.patch(&to_one, off));
            vec![a, b]
        };

        let done = responses.iter().filter(|response| response.status.is_success());
        assert_eq!(done.count(), 1, "round {round}: {} {}", responses[0], responses[1]);
        let inside = [one.get("/api/auth/me/").await, other.get("/api/auth/me/").await];
        let inside = inside.iter().filter(|response| response.status == 200).count();
        assert_eq!(inside, 1, "round {round}");
    }
}
