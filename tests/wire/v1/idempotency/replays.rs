//! Repeated requests are replayed, errors included.

use std::time::Duration;

use serde_json::{Value, json};

use super::{CONTACTS, ORGS, acme, assert_replay, count, create_org, is_replay, keyed, send};
use crate::{app::TestApp, v1::log_in};

#[actix_web::test]
async fn a_repeated_request_is_replayed_and_not_executed_again() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let before = count(&alice, ORGS).await;

    let first = create_org(&alice, "7a1c", "Acme").await;
    let again = create_org(&alice, " 7a1c ", "Acme").await;

    assert_eq!(first.status, 201, "{first}");
    assert_replay(&first, &again);
    assert_eq!(count(&alice, ORGS).await, before + 1);
    // A request without the key or with another one is executed.
    let other = create_org(&alice, "7a1d", "Acme").await;
    let without = alice.post(ORGS, json!({ "name": "Acme" })).await;
    for response in [other, without] {
        assert_eq!(response.status, 201, "{response}");
        assert!(!is_replay(&response), "{response}");
    }
    assert_eq!(count(&alice, ORGS).await, before + 3);
}

#[actix_web::test]
async fn a_response_without_a_body_is_replayed() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let org = acme(&alice).await;
    app.user("bob").await;
    let bob = json!({ "username": "bob" });
    alice.post(&format!("{ORGS}{org}/members/"), bob).await;
    let path = format!("{ORGS}{org}/members/bob/");

    let first = send(&alice, "DELETE", &path, "k", &Value::Null).await;
    let again = send(&alice, "DELETE", &path, "k", &Value::Null).await;
    let another = send(&alice, "DELETE", &path, "l", &Value::Null).await;

    assert_eq!(first.status, 204, "{first}");
    assert_replay(&first, &again);
    assert_eq!(another.status, 404, "{another}");
}

#[actix_web::test]
async fn both_slash_forms_of_a_path_share_their_keys() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let name = json!({ "name": "Acme" });

    let first = send(&alice, "POST", "/api/v1/orgs", "k", &name).await;
    let again = send(&alice, "POST", "/api/v1/orgs/", "k", &name).await;

    assert_eq!(first.status, 201, "{first}");
    assert_replay(&first, &again);
}

#[actix_web::test]
async fn an_error_is_replayed_too() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let org = acme(&alice).await;
    let tags = format!("{ORGS}{org}/tags/");
    let made = alice.post(&tags, json!({ "name": "vip" })).await;
    let id = made.json()["id"].as_i64().expect("a number");

    let first = send(&alice, "POST", &tags, "k", &json!({ "name": "VIP" })).await;
    // Without the stored response, this request would now succeed.
    let gone = alice.delete(&format!("{tags}{id}/"), ()).await;
    assert!(gone.status.is_success(), "{gone}");
    let again = send(&alice, "POST", &tags, "k", &json!({ "name": "VIP" })).await;

    assert!(first.status.is_client_error(), "{first}");
    assert_replay(&first, &again);
    assert_eq!(count(&alice, &tags).await, 0);
    let new = send(&alice, "POST", &tags, "l", &json!({ "name": "VIP" })).await;
    assert_eq!(new.status, 200, "{new}");
}

#[actix_web::test]
async fn former_members_get_no_replay() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let bob = app.user("bob").await;
    let org = acme(&alice).await;
    let members = format!("{ORGS}{org}/members/");
    let tags = format!("{ORGS}{org}/tags/");
    alice.post(&members, json!({ "username": "bob" })).await;
    let first = send(&bob, "POST", &tags, "k", &json!({ "name": "vip" })).await;
    assert_eq!(first.status, 200, "{first}");

    alice.delete(&format!("{members}bob/"), ()).await;
    let again = send(&bob, "POST", &tags, "k", &json!({ "name": "vip" })).await;

    assert_eq!(again.to_string(), "404 Not Found\n{\"detail\":\"Organization not found\"}");
    assert!(!is_replay(&again));
}

#[actix_web::test]
async fn former_members_get_no_replay_of_a_contact() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let bob = app.user("bob").await;
    let org = acme(&alice).await;
    let members = format!("{ORGS}{org}/members/");
    alice.post(&members, json!({ "username": "bob" })).await;
    let jane = json!({ "organization": org, "display_name": "Jane" });
    alice.post(CONTACTS, jane).await;
    let path = format!("{CONTACTS}jane/");
    let renamed = json!({ "display_name": "Joan" });
    let first = send(&bob, "PATCH", &path, "k", &renamed).await;
    assert_eq!(first.status, 200, "{first}");
    let again = send(&bob, "PATCH", &path, "k", &renamed).await;
    assert!(is_replay(&again), "{again}");

    alice.delete(&format!("{members}bob/"), ()).await;
    let again = send(&bob, "PATCH", &path, "k", &renamed).await;

    assert_eq!(again.to_string(), "404 Not Found\n{\"detail\":\"Not Found\"}");
    assert!(!is_replay(&again));
}

#[actix_web::test]
async fn a_key_expires_after_a_day() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let first = create_org(&alice, "k", "Acme").await;
    let day = Duration::from_secs(24 * 60 * 60);
    let later = async |by| {
        app.clock().advance(by);
        // The access token has expired by then.
        let pair = log_in(&app, "alice@example.com", TestApp::PASSWORD).await;
        let bearer = format!("Bearer {}", pair.text_at("/access"));
        let request = keyed("POST", ORGS, "k", &json!({ "name": "Acme" }));
        app.send(request.header("Authorization", &bearer)).await
    };

    assert_replay(&first, &later(day - Duration::from_secs(1)).await);
    let new = later(Duration::from_secs(1)).await;
    assert_eq!(new.status, 201, "{new}");
    assert!(!is_replay(&new));
    assert_ne!(new.body, first.body);
    // The new response is stored for another day.
    assert_replay(&new, &later(day - Duration::from_secs(1)).await);
}

#[actix_web::test]
async fn expired_responses_are_purged() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    create_org(&alice, "k", "Acme").await;
    let services = app.services();
    let purge = async || {
        let mut work = services.db.work();
        let purged = services.idempotency_keys.purge(&mut work).await;
        purged.expect("purged")
    };
    assert_eq!(purge().await, 0);

    app.clock().advance(Duration::from_secs(24 * 60 * 60));
    gateway::worker::purge(services).await;

    assert_eq!(purge().await, 0);
}
