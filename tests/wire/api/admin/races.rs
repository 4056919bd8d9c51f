//! Concurrent changes of accounts and roles.

use futures_util::future::join_all;
use loggia_rbac::codename::{MANAGE_ROLES, MANAGE_USERS, VIEW_USERS};
use serde_json::json;

use super::{role_of, six, toggle};
use crate::{
    api::fixtures::{administrator, codenames, now, role},
    app::TestApp,
};

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
