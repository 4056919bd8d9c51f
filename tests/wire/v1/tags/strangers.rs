//! Tenant isolation of tags: a foreign resource is indistinguishable from an unknown one, and is never changed.

use serde_json::{Value, json};

use super::{assert_tags, contact, tag};
use crate::app::{Caller, TestApp};

/// The resources of one account.
struct Theirs {
    org: &'static str,
    tag: i64,
    object: &'static str,
    slug: &'static str,
}

/// Returns a request for each operation, for an organization, a tag's id, an object and a tag's slug.
fn operations(
    org: &str,
    id: &Value,
    object: &str,
    slug: &str,
) -> Vec<(&'static str, String, Value)> {
    let id_text = id.to_string();
    let tags = format!("/api/v1/orgs/{org}/tags/");
    let on = format!("{tags}contacts/contact/{object}/");
    vec![
        ("GET", tags.clone(), json!(null)),
        ("POST", tags.clone(), json!({ "name": "made by a stranger" })),
        ("GET", format!("{tags}search/?q=a"), json!(null)),
        ("GET", format!("{tags}by-slug/{slug}/"), json!(null)),
        ("PATCH", format!("{tags}{id_text}/"), json!({ "name": "changed by a stranger" })),
        ("DELETE", format!("{tags}{id_text}/"), json!(null)),
        ("GET", on.clone(), json!(null)),
        ("POST", on.clone(), json!(["put on by a stranger"])),
        ("DELETE", on.clone(), json!([id])),
        ("DELETE", format!("{on}{slug}/"), json!(null)),
        ("POST", format!("{tags}organizations/organization/{object}/"), json!(["x"])),
    ]
}

/// Returns everything that Bob owns, as Bob sees it.
async fn state(bob: &Caller<'_>) -> Vec<String> {
    let mut state = Vec::new();
    for path in [
        "/api/v1/orgs/bob/tags/",
        "/api/v1/orgs/bob/tags/contacts/contact/joe/",
        "/api/v1/orgs/bob/tags/organizations/organization/bob/",
    ] {
        state.push(bob.get(path).await.text());
    }
    state
}

#[actix_web::test]
async fn foreign_resources_look_unknown_in_every_combination() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let bob = app.user("bob").await;
    contact(&app, &alice, "Jane Roe").await;
    contact(&app, &bob, "Joe").await;
    let mine = Theirs {
        org: "alice",
        tag: tag(&alice, "/api/v1/orgs/alice/tags/", "mine").await,
        object: "jane-roe",
        slug: "mine",
    };
    let theirs = Theirs {
        org: "bob",
        tag: tag(&bob, "/api/v1/orgs/bob/tags/", "theirs").await,
        object: "joe",
        slug: "theirs",
    };
    assert_tags(
        &bob.post("/api/v1/orgs/bob/tags/contacts/contact/joe/", json!(["theirs"])).await,
        &["theirs"],
    );
    assert_tags(
        &bob.post("/api/v1/orgs/bob/tags/organizations/organization/bob/", json!(["theirs"])).await,
        &["theirs"],
    );
    let before = state(&bob).await;

    // Each of the four references is Alice's or Bob's. With Bob's, the response is the same as for an unknown one.
    for mix in 1..16_u8 {
        let of = |bit: u8| if mix & bit == 0 { &mine } else { &theirs };
        let foreign = operations(of(1).org, &json!(of(2).tag), of(4).object, of(8).slug);
        let unknown = |bit: u8| mix & bit != 0;
        let unknown = operations(
            if unknown(1) { "nowhere" } else { mine.org },
            &if unknown(2) { json!(999_999) } else { json!(mine.tag) },
            if unknown(4) { "unknown" } else { mine.object },
            if unknown(8) { "nothing" } else { mine.slug },
        );
        for ((method, path, body), (_, same, same_body)) in foreign.into_iter().zip(unknown) {
            // Requests that name only Alice's own resources may succeed; they are skipped here.
            if path == same && body == same_body {
                continue;
            }
            let response = alice.send_json(method, &path, body).await;
            let known = alice.send_json(method, &same, same_body).await;
            assert_eq!(response.to_string(), known.to_string(), "{method} {path}, {same}");
            assert_eq!(response.status, known.status);
            assert!(!response.text().contains("theirs"), "{method} {path}: {response}");
        }
        assert_eq!(state(&bob).await, before, "mix {mix}");
    }
}

#[actix_web::test]
async fn superusers_have_no_access_to_foreign_organizations() {
    let app = TestApp::spawn().await;
    let bob = app.user("bob").await;
    tag(&bob, "/api/v1/orgs/bob/tags/", "theirs").await;
    let admin = app.admin().await;
    let response = admin.get("/api/v1/orgs/bob/tags/").await;
    assert_eq!(response.to_string(), super::NO_ORGANIZATION);
}

#[actix_web::test]
async fn former_members_have_no_access() {
    use loggia_identity::{MemberRef, OrgRole};
    let app = TestApp::spawn().await;
    let (alice, bob) = (app.user("alice").await, app.user("bob").await);
    let organizations = &app.services().organizations;
    let group =
        organizations.create(&mut app.work(), alice.account().id, "Acme").await.expect("a group");
    let id = group.organization.id;
    let path = "/api/v1/orgs/acme/tags/";
    assert_eq!(bob.get(path).await.to_string(), super::NO_ORGANIZATION);

    let member = MemberRef::Username(&bob.account().username);
    organizations
        .add(&mut app.work(), alice.account().id, id, member, OrgRole::Member)
        .await
        .expect("added");
    tag(&bob, path, "vip").await;
    assert_tags(&alice.get(path).await, &["vip"]);

    organizations.remove(&mut app.work(), alice.account().id, id, "bob").await.expect("removed");
    assert_eq!(bob.get(path).await.to_string(), super::NO_ORGANIZATION);
}
