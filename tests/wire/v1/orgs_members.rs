//! `/api/v1/orgs/{org_slug}/members/`.

use futures_util::future::join_all;
use insta::assert_snapshot;
use serde_json::{Value, json};

use super::orgs::{FORBIDDEN, ORGS, acme};
use crate::app::{Caller, TestApp};

const MEMBERS: &str = "/api/v1/orgs/acme/members/";
const NOT_FOUND: &str = "404 Not Found\n{\"detail\":\"Not Found\"}";
const LAST_OWNER: &str =
    "409 Conflict\n{\"detail\":\"The last owner of an organization cannot leave or be demoted.\"}";

async fn join(by: &Caller<'_>, username: &str, role: &str) {
    let body = json!({ "username": username, "role": role });
    let response = by.post(MEMBERS, body).await;
    assert_eq!(response.status, 201, "{response}");
}

fn member(slug: &str) -> String {
    format!("{MEMBERS}{slug}/")
}

fn role(name: &str) -> Value {
    json!({ "role": name })
}

/// Lists `slug: role` of every member, in the order of the list.
async fn listed(member: &Caller<'_>) -> String {
    let response = member.get(MEMBERS).await.json();
    let items = response["items"].as_array().cloned().unwrap_or_default();
    let lines: Vec<String> = items
        .iter()
        .map(|item| format!("{}: {}", item["slug"], item["role"]).replace('"', ""))
        .collect();
    lines.join(", ")
}

#[actix_web::test]
async fn adds_lists_changes_and_removes() {
    let app = TestApp::spawn().await;
    let (jane, bob) = (app.user("jane").await, app.user("bob").await);
    app.user("carol").await;
    acme(&jane).await;

    let added = jane.post(MEMBERS, json!({ "username": "bob", "role": "admin" })).await;
    assert_eq!(added.status, 201);
    assert_eq!(
        added.text(),
        r#"{"username":"bob","slug":"bob","role":"admin","created_at":"2026-01-01T12:00:00.000000+00:00"}"#
    );
    assert_snapshot!(bob.post("/api/v1/orgs/acme/members", json!({ "email": "CAROL@example.com" })).await, @r#"
    201 Created
    {"created_at":"[time]","role":"member","slug":"carol","username":"carol"}
    "#);
    assert_eq!(listed(&bob).await, "jane: owner, bob: admin, carol: member");
    let page = jane.get(&format!("{MEMBERS}?limit=1&offset=1")).await;
    assert_eq!(page.json(), json!({ "items": [added.json()], "count": 3 }));

    assert_snapshot!(jane.patch(&member("carol"), role("owner")).await, @r#"
    200 OK
    {"created_at":"[time]","role":"owner","slug":"carol","username":"carol"}
    "#);
    let same = jane.patch("/api/v1/orgs/acme/members/carol", role("owner")).await;
    assert_eq!(same.status, 200);
    assert_eq!(jane.delete(&member("bob"), ()).await.to_string(), "204 No Content");
    assert_eq!(listed(&jane).await, "jane: owner, carol: owner");
    assert_eq!(bob.get(MEMBERS).await.status, 404);
    assert_eq!(bob.get(ORGS).await.json()["count"], 1);
}

#[actix_web::test]
async fn the_body_of_a_new_member_is_read_strictly() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    app.user("bob").await;
    acme(&jane).await;
    let one = "Value error, Exactly one of username and email must be provided.";
    let roles = "Input should be 'owner', 'admin' or 'member'";
    let cases = [
        (r#"{}"#, one),
        (r#"{"role":"admin"}"#, one),
        (r#"{"username":null,"email":null}"#, one),
        (r#"{"username":"bob","email":"bob@example.com"}"#, one),
        (r#"{"username":"bob","role":"boss"}"#, roles),
        (r#"{"username":"bob","role":"Owner"}"#, roles),
        (r#"{"username":"bob","role":""}"#, roles),
        (r#"{"username":"bob","role":null}"#, roles),
        (r#"{"username":"bob","role":1}"#, roles),
        (r#"{"username":"bob","role":["owner"]}"#, roles),
        (r#"{"username":5}"#, "Input should be a valid string"),
        (r#"{"email":"nonsense"}"#, "Invalid email address"),
        (r#"{"email":""}"#, "Invalid email address"),
        (r#"{"email":"a\u0000@b.com"}"#, "Value error, Null characters are not allowed."),
    ];
    for (body, expected) in cases {
        let response = jane.post(MEMBERS, body).await;
        assert_eq!(response.status, 400, "{body}");
        assert_eq!(response.text_at("/detail"), expected, "{body}");
    }
    assert_snapshot!(jane.post(MEMBERS, json!({ "username": 1, "role": "x" })).await, @r#"
    400 Bad Request
    {"detail":"Input should be a valid string; Input should be 'owner', 'admin' or 'member'","errors":[{"location":["body","data","username"],"message":"Input should be a valid string","type":"string_type"},{"location":["body","data","role"],"message":"Input should be 'owner', 'admin' or 'member'","type":"enum"}]}
    "#);
    for (body, expected) in [("{}", "Field required"), (r#"{"role":"boss"}"#, roles)] {
        let response = jane.patch(&member("jane"), body).await;
        assert_eq!((response.status.as_u16(), &*response.text_at("/detail")), (400, expected));
    }
    assert_eq!(listed(&jane).await, "jane: owner");
}

#[actix_web::test]
async fn unknown_and_deactivated_accounts_cannot_be_added() {
    let app = TestApp::spawn().await;
    let (jane, bob) = (app.user("jane").await, app.user("bob").await);
    acme(&jane).await;
    let accounts = &app.services().accounts;
    accounts.set_active(&mut app.work(), bob.account().id, false).await.expect("deactivated");
    for body in [
        json!({ "username": "unknown" }),
        json!({ "username": "" }),
        json!({ "username": "two words" }),
        json!({ "username": "JANE" }),
        json!({ "username": "bob" }),
        json!({ "email": "bob@example.com" }),
        json!({ "email": "unknown@example.com" }),
    ] {
        let response = jane.post(MEMBERS, body.clone()).await;
        assert_eq!(response.to_string(), NOT_FOUND, "{body}");
    }
    for slug in ["unknown", "bob", "%00", "1", "JANE"] {
        let response = jane.patch(&member(slug), role("admin")).await;
        assert_eq!(response.to_string(), NOT_FOUND, "{slug}");
        let response = jane.delete(&member(slug), ()).await;
        assert_eq!(response.to_string(), NOT_FOUND, "{slug}");
    }
}

#[actix_web::test]
async fn of_twenty_concurrent_additions_one_succeeds() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    app.user("bob").await;
    acme(&jane).await;
    let requests = (0..20).map(|n| {
        let body = if n % 2 == 0 {
            json!({ "username": "bob" })
        } else {
            json!({ "email": "bob@example.com", "role": "admin" })
        };
        jane.post(MEMBERS, body)
    });
    let responses = join_all(requests).await;
    let added = responses.iter().filter(|response| response.status == 201).count();
    assert_eq!(added, 1);
    let expected = "409 Conflict\n{\"detail\":\"Already a member of this organization.\"}";
    for response in responses.iter().filter(|response| response.status != 201) {
        assert_eq!(response.to_string(), expected);
    }
    assert_eq!(jane.get(MEMBERS).await.json()["count"], 2);
    let own = jane.post(MEMBERS, json!({ "username": "jane" })).await;
    assert_eq!(own.to_string(), expected);
}

#[actix_web::test]
async fn an_insufficient_role_is_forbidden() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    let (bob, carol) = (app.user("bob").await, app.user("carol").await);
    app.user("dave").await;
    acme(&jane).await;
    join(&jane, "bob", "admin").await;
    join(&jane, "carol", "member").await;
    let path = "/api/v1/orgs/acme/";
    let dave = json!({ "username": "dave" });
    let refused = [
        carol.patch(path, json!({ "name": "X" })).await,
        carol.delete(path, ()).await,
        carol.post(MEMBERS, dave.clone()).await,
        carol.post(MEMBERS, json!({ "username": "unknown" })).await,
        carol.patch(&member("carol"), role("admin")).await,
        carol.patch(&member("unknown"), role("admin")).await,
        carol.delete(&member("bob"), ()).await,
        carol.delete(&member("unknown"), ()).await,
        bob.delete(path, ()).await,
        bob.post(MEMBERS, json!({ "username": "dave", "role": "owner" })).await,
        bob.patch(&member("bob"), role("owner")).await,
        bob.patch(&member("jane"), role("member")).await,
        bob.patch(&member("jane"), role("owner")).await,
        bob.delete(&member("jane"), ()).await,
    ];
    for (n, response) in refused.iter().enumerate() {
        assert_eq!(response.to_string(), FORBIDDEN, "{n}");
    }
    assert_eq!(listed(&carol).await, "jane: owner, bob: admin, carol: member");

    assert_eq!(bob.patch(path, json!({ "name": "Acme 2" })).await.text_at("/role"), "admin");
    assert_eq!(bob.post(MEMBERS, dave).await.status, 201);
    assert_eq!(bob.patch(&member("dave"), role("admin")).await.status, 200);
    assert_eq!(bob.delete(&member("dave"), ()).await.status, 204);
    assert_eq!(carol.delete(&member("carol"), ()).await.status, 204);
    assert_eq!(bob.patch(&member("bob"), role("member")).await.status, 200);
    assert_eq!(bob.patch(&member("bob"), role("admin")).await.to_string(), FORBIDDEN);
}

#[actix_web::test]
async fn the_last_owner_cannot_leave_or_be_demoted() {
    let app = TestApp::spawn().await;
    let (jane, bob) = (app.user("jane").await, app.user("bob").await);
    acme(&jane).await;
    join(&jane, "bob", "owner").await;
    assert_eq!(bob.patch(&member("jane"), role("admin")).await.status, 200);
    for response in [
        bob.delete(&member("bob"), ()).await,
        bob.patch(&member("bob"), role("admin")).await,
        bob.patch(&member("bob"), role("member")).await,
    ] {
        assert_eq!(response.to_string(), LAST_OWNER);
    }
    assert_eq!(bob.patch(&member("jane"), role("owner")).await.status, 200);
    // Deactivated owners do not count.
    let accounts = &app.services().accounts;
    accounts.set_active(&mut app.work(), jane.account().id, false).await.expect("deactivated");
    assert_eq!(bob.delete(&member("bob"), ()).await.to_string(), LAST_OWNER);
    accounts.set_active(&mut app.work(), jane.account().id, true).await.expect("reactivated");
    assert_eq!(bob.delete(&member("bob"), ()).await.status, 204);
}

#[actix_web::test]
async fn a_personal_organization_accepts_no_members() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    app.user("bob").await;
    let members = "/api/v1/orgs/jane/members/";
    for username in ["bob", "jane", "unknown"] {
        let response = jane.post(members, json!({ "username": username })).await;
        assert_eq!(
            response.to_string(),
            "409 Conflict\n{\"detail\":\"A personal organization takes no members and cannot be deleted.\"}"
        );
    }
    let own = format!("{members}jane/");
    assert_eq!(jane.delete(&own, ()).await.to_string(), LAST_OWNER);
    assert_eq!(jane.patch(&own, role("member")).await.to_string(), LAST_OWNER);
    assert_eq!(jane.get(members).await.json()["count"], 1);
}

#[actix_web::test]
async fn responses_identify_members_without_numbers() {
    let app = TestApp::spawn().await;
    let (jane, bob) = (app.user("jane").await, app.user("bob").await);
    acme(&jane).await;
    join(&jane, "bob", "member").await;
    for path in [ORGS, "/api/v1/orgs/acme/", MEMBERS, "/api/v1/users/me"] {
        let mut response = bob.get(path).await.json();
        if let Some(page) = response.as_object_mut() {
            page.remove("count");
        }
        assert!(!has_number(&response), "{path}: {response}");
    }
}

fn has_number(value: &Value) -> bool {
    match value {
        Value::Number(_) => true,
        Value::Array(items) => items.iter().any(has_number),
        Value::Object(members) => members.values().any(has_number),
        Value::Null | Value::Bool(_) | Value::String(_) => false,
    }
}
