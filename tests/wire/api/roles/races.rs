//! Concurrent changes of roles and permissions.

use futures_util::future::join_all;
use loggia_rbac::codename;
use serde_json::json;

use super::{ROLES, assert_forbidden, at, ids};
use crate::{
    api::fixtures::{codenames, give, holder, role},
    app::TestApp,
};

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
