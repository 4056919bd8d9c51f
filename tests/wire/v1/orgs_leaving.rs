//! Deleted accounts and the organizations they belong to: the same rules on every surface.

use futures_util::{FutureExt, future::join_all};
use serde_json::json;

use super::orgs::{ORGS, UNKNOWN, acme};
use crate::app::{Caller, Response, TestApp};

const MEMBERS: &str = "/api/v1/orgs/acme/members/";
const DELETE: &str = "/api/v1/auth/delete";

async fn join(by: &Caller<'_>, username: &str, role: &str) {
    let body = json!({ "username": username, "role": role });
    assert_eq!(by.post(MEMBERS, body).await.status, 201);
}

#[actix_web::test]
async fn the_only_owner_must_promote_another_member_first() {
    let app = TestApp::spawn().await;
    let (jane, bob) = (app.user("jane").await, app.user("bob").await);
    acme(&jane).await;
    let other = jane.post(ORGS, json!({ "name": "B \"Two\"" })).await;
    let other = format!("{ORGS}{}/members/", other.text_at("/slug"));
    join(&jane, "bob", "admin").await;
    let body = json!({ "username": "bob", "role": "member" });
    assert_eq!(jane.post(&other, body).await.status, 201);

    let expected = r#"{"detail":"Promote another active owner for Acme, B \"Two\" first."}"#;
    let response = jane.delete(DELETE, ()).await;
    assert_eq!(response.to_string(), format!("409 Conflict\n{expected}"));
    let password = json!({ "current_password": TestApp::PASSWORD });
    for path in ["/auth/users/me/".to_owned(), format!("/auth/users/{}/", jane.account().id)] {
        let response = jane.delete(&path, password.clone()).await;
        assert_eq!(response.to_string(), format!("400 Bad Request\n{expected}"), "{path}");
    }
    assert_eq!(jane.get("/api/v1/users/me").await.status, 200);

    let promoted = jane.patch(&format!("{MEMBERS}bob/"), json!({ "role": "owner" })).await;
    assert_eq!(promoted.status, 200);
    assert_eq!(jane.delete(&other.replace("members/", ""), ()).await.status, 204);
    assert_eq!(jane.delete(DELETE, ()).await.status, 200);
    assert_eq!(bob.get(MEMBERS).await.json()["count"], 1);
    assert_eq!(bob.delete(DELETE, ()).await.status, 200);
}

#[actix_web::test]
async fn organizations_without_other_members_are_deleted_with_the_account() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    acme(&jane).await;
    assert_eq!(jane.delete(DELETE, ()).await.status, 200);

    // Nothing remains of them: all their names are available again.
    let again = app.user("jane").await;
    assert_eq!(again.get("/api/v1/users/me").await.text_at("/org_slug"), "jane");
    assert_eq!(again.get("/api/v1/orgs/acme/").await.to_string(), UNKNOWN);
    acme(&again).await;
}

#[actix_web::test]
async fn members_who_are_not_owners_may_delete_their_account() {
    let app = TestApp::spawn().await;
    let (jane, bob) = (app.user("jane").await, app.user("bob").await);
    acme(&jane).await;
    join(&jane, "bob", "admin").await;
    assert_eq!(bob.delete(DELETE, ()).await.status, 200);
    assert_eq!(jane.get(MEMBERS).await.json()["count"], 1);
}

/// Actions of one of two owners, over the wire.
const ACTIONS: [&str; 5] = ["demotes", "removes", "leaves", "steps down", "is deleted"];

async fn done(action: &str, by: &Caller<'_>, other: &Caller<'_>, org: &str) -> Response {
    let path = |member: &Caller<'_>| format!("{ORGS}{org}/members/{}/", member.account().slug);
    let plain = json!({ "role": "member" });
    match action {
        "demotes" => by.patch(&path(other), plain).await,
        "removes" => by.delete(&path(other), ()).await,
        "leaves" => by.delete(&path(by), ()).await,
        "steps down" => by.patch(&path(by), plain).await,
        _ => by.delete(DELETE, ()).await,
    }
}

#[actix_web::test]
async fn of_two_owners_one_remains() {
    let app = TestApp::spawn().await;
    let watcher = app.user("watcher").await;
    for (round, (one, other)) in
        ACTIONS.into_iter().flat_map(|one| ACTIONS.map(|other| (one, other))).enumerate()
    {
        let first = app.user(&format!("one{round}")).await;
        let second = app.user(&format!("two{round}")).await;
        let founded = first.post(ORGS, json!({ "name": format!("o{round}") })).await;
        let org = founded.text_at("/slug");
        let members = format!("{ORGS}{org}/members/");
        for (member, role) in [(&second, "owner"), (&watcher, "member")] {
            let body = json!({ "username": member.account().username.as_str(), "role": role });
            assert_eq!(first.post(&members, body).await.status, 201);
        }

        let responses = join_all([
            done(one, &first, &second, &org).boxed_local(),
            done(other, &second, &first, &org).boxed_local(),
        ])
        .await;

        for response in &responses {
            assert!(!response.status.is_server_error(), "{one}, {other}: {response}");
        }
        let left = watcher.get(&members).await.json();
        let items = left["items"].as_array().cloned().unwrap_or_default();
        let owners = items.iter().filter(|item| item["role"] == "owner").count();
        assert!(owners > 0, "{one}, {other}: {left}");
    }
}

#[actix_web::test]
async fn contacts_written_while_their_organization_is_deleted_are_rejected_or_deleted() {
    let app = TestApp::spawn().await;
    for round in 0..6 {
        let jane = app.user(&format!("jane{round}")).await;
        acme(&jane).await;
        let contact = |n: usize| {
            let org = if n.is_multiple_of(2) {
                "acme".to_owned()
            } else {
                jane.account().slug.to_string()
            };
            let body = json!({ "organization": org, "display_name": format!("C{round}-{n}") });
            jane.post("/api/v1/contacts/", body).boxed_local()
        };
        let mut requests: Vec<_> = (0..10).map(contact).collect();
        let path = if round % 2 == 0 { "/api/v1/orgs/acme/" } else { DELETE };
        requests.insert(round, jane.delete(path, ()).boxed_local());

        let responses = join_all(requests).await;

        for response in &responses {
            assert!(!response.status.is_server_error(), "{round}: {response}");
        }
        assert!(responses[round].status.is_success(), "{}", responses[round]);
        jane.delete("/api/v1/orgs/acme/", ()).await;
    }
}
