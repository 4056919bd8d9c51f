//! Tags on objects.

use insta::assert_snapshot;
use loggia_tagging::TargetKind;
use serde_json::{Value, json};

use super::{ALICE, JANE, NOT_FOUND, TAKEN, assert_tags, contact, organization, tag};
use crate::app::{Request, TestApp};

#[actix_web::test]
async fn assigns_tags_by_name_as_in_the_example() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    contact(&app, &alice, "Jane Roe").await;

    let response = alice.post(JANE, json!(["vip", "News Letter"])).await;

    assert_snapshot!(response, @r#"
    200 OK
    [{"id":"[id]","name":"vip","organization":"alice","slug":"vip"},{"id":"[id]","name":"News Letter","organization":"alice","slug":"news-letter"}]
    "#);
    assert!(response.text().starts_with(r#"[{"id":"#), "{}", response.text());
    let removed = alice.delete(&format!("{JANE}vip/"), ()).await;
    assert_eq!(removed.to_string(), "200 OK\n{\"detail\":\"removed\"}");
    assert_tags(&alice.get(JANE).await, &["News Letter"]);
    let again = alice.delete(&format!("{JANE}vip/"), ()).await;
    assert_eq!(again.to_string(), "200 OK\n{\"detail\":\"removed\"}", "it was not on it any more");
}

#[actix_web::test]
async fn reuses_existing_tags_without_renaming_them() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    contact(&app, &alice, "Jane Roe").await;
    let id = tag(&alice, ALICE, "vip").await;

    let response = alice.post(JANE, json!(["new", "VIP", " vip ", "New"])).await;

    assert_tags(&response, &["new", "vip"]);
    assert_eq!(response.json()[1]["id"], id);
    let again = alice.post(JANE, json!(["Vip", "NEW"])).await;
    assert_tags(&again, &["vip", "new"]);
    assert_tags(&alice.get(JANE).await, &["new", "vip"]);
    assert_snapshot!(alice.get(&format!("{ALICE}?limit=1&offset=9")).await, @r#"
    200 OK
    {"count":2,"items":[]}
    "#);
}

#[actix_web::test]
async fn two_names_with_one_slug_are_rejected_and_nothing_is_stored() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    contact(&app, &alice, "Jane Roe").await;
    tag(&alice, ALICE, "News Letter").await;
    for names in [json!(["new", "news-letter"]), json!(["a b", "a-b"])] {
        assert_eq!(
            alice.post(JANE, names).await.to_string(),
            "409 Conflict\n{\"detail\":\"Two different tag names cannot share the same slug in an organization.\"}"
        );
    }
    assert_tags(&alice.get(ALICE).await, &["News Letter"]);
    assert_tags(&alice.get(JANE).await, &[]);
}

#[actix_web::test]
async fn an_organization_can_be_tagged_only_under_its_own_path() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let group =
        app.services().organizations.create(&mut app.work(), alice.account().id, "Acme").await;
    assert_eq!(group.expect("a group").organization.slug.as_str(), "acme");

    let own = format!("{ALICE}organizations/organization/alice/");
    assert_tags(&alice.post(&own, json!(["vip"])).await, &["vip"]);
    assert_tags(&alice.get(&own).await, &["vip"]);
    // Alice belongs to both organizations, but only the one in the path can be tagged.
    let other = format!("{ALICE}organizations/organization/acme/");
    assert_eq!(alice.post(&other, json!(["vip"])).await.to_string(), NOT_FOUND);
    assert_tags(&alice.get("/api/v1/orgs/acme/tags/").await, &[]);
}

#[actix_web::test]
async fn unknown_objects_cannot_be_tagged() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    contact(&app, &alice, "Jane Roe").await;
    alice.post(JANE, json!(["vip"])).await;
    for object in [
        "contacts/contact/unknown",
        "contacts/contact/1",
        "contacts/contact/%00",
        "contacts/contact/%ff",
        "contacts/contact/jane-roe%2F",
        "contacts/contact/JANE-ROE",
        "Contacts/Contact/jane-roe",
        "contacts/organization/jane-roe",
        "organizations/organization/nowhere",
        "images/image/1",
        "auth/user/alice",
        "%00/%00/jane-roe",
    ] {
        let path = format!("{ALICE}{object}/");
        for (method, path, body) in [
            ("POST", path.clone(), json!(["vip"])),
            ("POST", path.clone(), json!([])),
            ("GET", path.clone(), json!(null)),
            ("DELETE", path.clone(), json!([1])),
            ("DELETE", path.clone(), json!([])),
            ("DELETE", format!("{path}vip/"), json!(null)),
        ] {
            let response = alice.send_json(method, &path, body).await;
            assert_eq!(response.to_string(), NOT_FOUND, "{method} {path}");
        }
    }
    for unknown in ["other", "VIP", "%00", "1"] {
        let response = alice.delete(&format!("{JANE}{unknown}/"), ()).await;
        assert_eq!(response.to_string(), NOT_FOUND, "{unknown}");
    }
    assert_tags(&alice.get(JANE).await, &["vip"]);
}

#[actix_web::test]
async fn removes_several_tags_by_id() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    contact(&app, &alice, "Jane Roe").await;
    let tags = alice.post(JANE, json!(["a", "b", "c"])).await.json();
    let body = json!([tags[0]["id"], tags[2]["id"].to_string(), 999]);
    let response = alice.delete(JANE, body.clone()).await;
    assert_eq!(response.to_string(), "200 OK\n{\"removed_count\":2}");
    assert_eq!(alice.delete(JANE, body).await.to_string(), "200 OK\n{\"removed_count\":0}");
    assert_tags(&alice.get(JANE).await, &["b"]);
    assert_eq!(alice.get(ALICE).await.json()["count"], 3, "the tags still exist");
}

#[actix_web::test]
async fn paginates_and_sorts_the_tags_of_an_object() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    contact(&app, &alice, "Jane Roe").await;
    tag(&alice, ALICE, "last").await;
    alice.post(JANE, json!(["b", "a", "last"])).await;
    for (query, names) in [
        ("", ["b", "a", "last"]),
        ("?ordering=id", ["last", "a", "b"]),
        ("?ordering=-id", ["b", "a", "last"]),
        ("?ordering=name", ["a", "b", "last"]),
        ("?ordering=-name", ["last", "b", "a"]),
    ] {
        assert_tags(&alice.get(&format!("{JANE}{query}")).await, &names);
    }
    let page = alice.get(&format!("{JANE}?limit=1&offset=1")).await;
    assert_tags(&page, &["a"]);
    assert_eq!(page.json()["count"], 3);
    assert_eq!(
        alice.get(&format!("{JANE}?ordering=x")).await.to_string(),
        "400 Bad Request\n{\"detail\":\"Invalid ordering. Allowed: name, -name, id, -id\"}"
    );
    assert_eq!(alice.get(&format!("{JANE}?limit=0")).await.status, 400);
}

#[actix_web::test]
async fn a_deleted_or_moved_contact_keeps_no_tags() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let own = organization(&app, &alice).await;
    let organizations = &app.services().organizations;
    let group = organizations.create(&mut app.work(), alice.account().id, "Acme").await;
    let group = group.expect("a group").organization.id;
    contact(&app, &alice, "Jane Roe").await;
    contact(&app, &alice, "John Roe").await;
    let john = format!("{ALICE}contacts/contact/john-roe/");
    alice.post(JANE, json!(["vip"])).await;
    alice.post(&john, json!(["vip"])).await;
    let jane = "/api/v1/contacts/jane-roe/";
    assert_eq!(alice.get(jane).await.json()["tags"][0]["name"], "vip");

    let deleted = alice.delete("/api/v1/contacts/john-roe/", ()).await;
    assert_eq!(deleted.status, 200, "{deleted}");
    let moved = alice.patch(jane, json!({ "organization": "acme" })).await;
    assert_eq!(moved.json()["tags"], json!([]), "{moved}");

    assert_eq!(alice.get(JANE).await.to_string(), NOT_FOUND, "the contact has moved");
    let there = "/api/v1/orgs/acme/tags/contacts/contact/jane-roe/";
    assert_tags(&alice.get(there).await, &[]);
    let services = app.services();
    let bearers = services
        .tags
        .targets(&mut services.db.work(), &[own, group], TargetKind::Contact, "vip")
        .await;
    assert!(bearers.expect("the tagged contacts").is_empty());
    // Moving the contact back does not restore its tags.
    let back = alice.patch(jane, json!({ "organization": "alice" })).await;
    assert_eq!(back.json()["tags"], json!([]), "{back}");
    assert_tags(&alice.get(JANE).await, &[]);
}

/// The rules of the header are tested elsewhere; this test covers only assignments.
#[actix_web::test]
async fn an_assignment_with_a_key_is_executed_once_or_not_at_all() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    contact(&app, &alice, "Jane Roe").await;
    let send = async |method: &str, path: &str, key: &str, body: Value| {
        let request = Request::new(method, path).header("Idempotency-Key", key);
        alice.send(request.json(&body)).await
    };

    let clash = json!(["news", "a b", "a-b"]);
    for _ in 0..2 {
        let response = send("POST", JANE, "clash", clash.clone()).await;
        assert_eq!(response.status, 409, "{response}");
        assert_tags(&alice.get(ALICE).await, &[]);
    }
    let first = send("POST", JANE, "first", json!(["vip"])).await;
    assert_tags(&first, &["vip"]);
    let removed = alice.delete(&format!("{JANE}vip/"), ()).await;
    assert_eq!(removed.status, 200, "{removed}");
    let again = send("POST", JANE, "first", json!(["vip"])).await;
    assert_eq!(again.text(), first.text());
    assert_tags(&alice.get(JANE).await, &[]);

    let twice = json!({ "name": "VIP" });
    for key in ["one", "one", "two"] {
        let response = send("POST", ALICE, key, twice.clone()).await;
        assert_eq!(response.to_string(), TAKEN);
    }
    let id = first.json()[0]["id"].clone();
    let path = format!("{ALICE}{id}/");
    let renamed = send("PATCH", &path, "rename", json!({ "name": "other" })).await;
    assert_eq!(renamed.text_at("/slug"), "other");
    let deleted = send("DELETE", &path, "delete", json!(null)).await;
    let replayed = send("DELETE", &path, "delete", json!(null)).await;
    assert_eq!(deleted.text(), replayed.text());
    assert_eq!(alice.delete(&path, ()).await.to_string(), NOT_FOUND);
}
