//! Invariants of tags under concurrent requests.

use futures_util::future::join_all;
use loggia_tagging::TargetKind;
use serde_json::{Value, json};

use super::{ALICE, JANE, TAKEN, contact};
use crate::app::{Request, TestApp};

#[actix_web::test]
async fn of_twenty_equal_tags_one_is_created() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;

    let responses = join_all((0..20).map(|n| {
        let name = if n % 2 == 0 { "News Letter" } else { "NEWS letter" };
        alice.post(ALICE, json!({ "name": name }))
    }))
    .await;

    let made = responses.iter().filter(|response| response.status == 200).count();
    assert_eq!(made, 1);
    for response in responses.iter().filter(|response| response.status != 200) {
        assert_eq!(response.to_string(), TAKEN);
    }
    assert_eq!(alice.get(ALICE).await.json()["count"], 1);
}

/// Renaming an account changes its organization's slug and the creator of its contacts; assigning tags locks both as
/// well.
#[actix_web::test]
async fn tagging_and_renaming_do_not_deadlock() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    for n in 0..4 {
        contact(&app, &alice, &format!("c{n}")).await;
    }
    for round in 0..5 {
        let me = alice.get("/api/v1/users/me").await;
        let tags = format!("/api/v1/orgs/{}/tags/", me.text_at("/org_slug"));
        let responses = join_all((0..12).map(|n| {
            let (alice, tags) = (&alice, &tags);
            async move {
                if n == 6 {
                    let renamed = json!({ "username": format!("alice{round}") });
                    return alice.patch("/api/v1/users/username", renamed).await;
                }
                let path = format!("{tags}contacts/contact/c{}/", n % 4);
                alice.post(&path, json!(["a", "b"])).await
            }
        }))
        .await;

        for response in responses {
            assert!(response.status == 200 || response.status == 404, "{response}");
        }
    }
}

#[actix_web::test]
async fn twenty_assignments_of_new_names_create_each_tag_once() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    for n in 0..4 {
        contact(&app, &alice, &format!("c{n}")).await;
    }
    let orders =
        [json!(["a", "b", "c", "d"]), json!(["d", "C", "b", "a"]), json!(["B", "d", "a", "c"])];

    let responses = join_all((0..20).map(|n| {
        let path = format!("{ALICE}contacts/contact/c{}/", n % 4);
        let body = orders[n % 3].clone();
        let alice = &alice;
        async move { alice.post(&path, body).await }
    }))
    .await;

    for response in &responses {
        assert_eq!(response.status, 200, "{response}");
        assert_eq!(response.json().as_array().map(Vec::len), Some(4));
    }
    assert_eq!(alice.get(ALICE).await.json()["count"], 4);
    for n in 0..4 {
        let on = alice.get(&format!("{ALICE}contacts/contact/c{n}/")).await;
        assert_eq!(on.json()["count"], 4);
    }
}

#[actix_web::test]
async fn concurrent_renames_of_two_tags_keep_names_unique() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let ids = [super::tag(&alice, ALICE, "a").await, super::tag(&alice, ALICE, "b").await];
    let responses = join_all((0..20).map(|n| {
        let path = format!("{ALICE}{}/", ids[n % 2]);
        let name = ["b", "a", "c", "c"][n % 4];
        let alice = &alice;
        async move { alice.patch(&path, json!({ "name": name })).await }
    }))
    .await;
    for response in &responses {
        assert!(response.status == 200 || response.to_string() == TAKEN, "{response}");
    }
    assert_eq!(alice.get(ALICE).await.json()["count"], 2);
}

/// Whether the contact is deleted or moved, no assignment remains, and no request causes a server error.
#[actix_web::test]
async fn an_assignment_racing_with_the_removal_of_its_contact_leaves_no_tag() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let organizations = &app.services().organizations;
    let group = organizations.create(&mut app.work(), alice.account().id, "Acme").await;
    assert_eq!(group.expect("a group").organization.slug.as_str(), "acme");
    for round in 0..10 {
        let gone = contact(&app, &alice, &format!("c{round}")).await;
        let path = format!("{ALICE}contacts/contact/{}/", gone.slug);
        let itself = format!("/api/v1/contacts/{}/", gone.slug);
        let (path, itself, alice) = (&path, &itself, &alice);
        let requests = (0..9).map(|n| async move {
            match (n, round % 2) {
                (4, 0) => alice.delete(itself, ()).await,
                (4, _) => alice.patch(itself, json!({ "organization": "acme" })).await,
                _ if n % 2 == 0 => alice.post(path, json!(["a", "b"])).await,
                _ => alice.send(with_key(path, n, json!(["b", "c"]))).await,
            }
        });
        for response in join_all(requests).await {
            assert!([200, 404].contains(&response.status.as_u16()), "{response}");
        }
        let services = app.services();
        let left = services
            .tags
            .of_targets(&mut services.db.work(), TargetKind::Contact, &[gone.id.get()])
            .await;
        assert!(left.expect("the remaining assignments").is_empty(), "round {round}");
    }
}

#[actix_web::test]
async fn twenty_assignments_with_distinct_keys_create_each_tag_once() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    contact(&app, &alice, "Jane Roe").await;
    let orders = [json!(["a", "b", "c"]), json!(["c", "B", "a"])];

    let responses = join_all((0..20).map(|n| {
        let body = orders[n % 2].clone();
        alice.send(with_key(JANE, n, body))
    }))
    .await;

    for response in &responses {
        assert_eq!(response.status, 200, "{response}");
    }
    assert_eq!(alice.get(ALICE).await.json()["count"], 3);
    assert_eq!(alice.get(JANE).await.json()["count"], 3);
}

fn with_key(path: &str, n: usize, body: Value) -> Request {
    Request::new("POST", path).header("Idempotency-Key", &format!("key {n}")).json(&body)
}
