//! The form, the scope and the payload of a key.

use serde_json::json;

use super::{
    INVALID, ORGS, REUSED, acme, assert_replay, count, create_org, is_replay, keyed, send,
};
use crate::app::{Request, TestApp};

#[actix_web::test]
async fn a_key_identifies_one_payload() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let before = count(&alice, ORGS).await;
    create_org(&alice, "k", "Acme").await;

    let other = create_org(&alice, "k", "Other").await;
    // Bodies are compared byte by byte, so equal JSON with other whitespace is another request.
    let spaced = Request::new("POST", ORGS)
        .header("Idempotency-Key", "k")
        .header("Content-Type", "application/json")
        .body(r#"{ "name": "Acme" }"#);
    let spaced = alice.send(spaced).await;
    let query = send(&alice, "POST", &format!("{ORGS}?x=1"), "k", &json!({ "name": "Acme" })).await;

    for response in [other, spaced, query] {
        assert_eq!(response.to_string(), REUSED);
    }
    assert_eq!(count(&alice, ORGS).await, before + 1);
}

#[actix_web::test]
async fn a_key_is_scoped_to_account_method_and_path() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let bob = app.user("bob").await;
    let org = acme(&alice).await;
    let name = json!({ "name": "Tools" });

    for response in [
        send(&alice, "POST", ORGS, "k", &name).await,
        send(&bob, "POST", ORGS, "k", &name).await,
        send(&alice, "PATCH", &format!("{ORGS}{org}/"), "k", &name).await,
        send(&alice, "POST", &format!("{ORGS}{org}/tags/"), "k", &name).await,
    ] {
        assert!(response.status.is_success(), "{response}");
        assert!(!is_replay(&response), "{response}");
    }
}

/// An invalid request does not store its key.
#[actix_web::test]
async fn an_invalid_request_does_not_use_up_its_key() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;

    let faulty = send(&alice, "POST", ORGS, "k", &json!({})).await;
    let request = keyed("POST", ORGS, "k", &json!({ "name": "Acme" }));
    let unauthenticated = app.anonymous().send(request).await;
    let elsewhere =
        send(&alice, "POST", "/api/v1/orgs/nowhere/tags/", "k", &json!({ "name": "vip" })).await;

    assert_eq!(faulty.status, 400, "{faulty}");
    assert_eq!(unauthenticated.status, 401, "{unauthenticated}");
    assert_eq!(elsewhere.status, 404, "{elsewhere}");
    let sound = create_org(&alice, "k", "Acme").await;
    assert_eq!(sound.status, 201, "{sound}");
    assert!(!is_replay(&sound));
}

#[actix_web::test]
async fn keys_have_a_valid_form_and_length() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let before = count(&alice, ORGS).await;

    for key in ["", "   ", "\t", "a\tb", &"k".repeat(129)] {
        let response = create_org(&alice, key, "Acme").await;
        assert_eq!(response.to_string(), INVALID, "{key:?}");
    }
    let two = keyed("POST", ORGS, "k", &json!({ "name": "Acme" }));
    let two = alice.send(two.header("Idempotency-Key", "l")).await;
    assert_eq!(two.to_string(), INVALID);
    // Validation errors are reported before an invalid key.
    let faulty = send(&alice, "POST", ORGS, "", &json!({})).await;
    assert_ne!(faulty.to_string(), INVALID);
    assert_eq!(faulty.status, 400);
    assert_eq!(count(&alice, ORGS).await, before);

    for key in ["k".repeat(128), "ä".repeat(128), "a b".to_owned()] {
        let response = create_org(&alice, &key, "Acme").await;
        assert_eq!(response.status, 201, "{key:?}: {response}");
        assert_replay(&response, &create_org(&alice, &key, "Acme").await);
    }
}
