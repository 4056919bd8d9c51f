//! `Idempotency-Key`: a repeated request is executed once. Source: docs/contract/v1.md «Idempotency».

use std::time::Duration;

use futures_util::{future::join_all, poll};
use gateway::Gateway;
use gateway::config::{List, Origin};
use loggia_db::Db;
use serde_json::{Value, json};

use super::log_in;
use crate::app::{Caller, Request, Response, TestApp};

const ORGS: &str = "/api/v1/orgs/";
const CONTACTS: &str = "/api/v1/contacts/";

const INVALID: &str = "400 Bad Request\n{\"detail\":\"Invalid Idempotency-Key.\"}";
const REUSED: &str =
    "409 Conflict\n{\"detail\":\"Idempotency-Key was already used for a different request.\"}";
const IN_USE: &str =
    "409 Conflict\n{\"detail\":\"An operation with this Idempotency-Key is already in progress.\"}";

fn keyed(method: &str, path: &str, key: &str, body: &Value) -> Request {
    Request::new(method, path).header("Idempotency-Key", key).json(body)
}

async fn send(caller: &Caller<'_>, method: &str, path: &str, key: &str, body: &Value) -> Response {
    caller.send(keyed(method, path, key, body)).await
}

async fn create_org(caller: &Caller<'_>, key: &str, name: &str) -> Response {
    send(caller, "POST", ORGS, key, &json!({ "name": name })).await
}

/// Creates `Acme` and returns its slug.
async fn acme(owner: &Caller<'_>) -> String {
    let answer = owner.post(ORGS, json!({ "name": "Acme" })).await;
    assert_eq!(answer.status, 201, "{answer}");
    answer.text_at("/slug")
}

async fn count(caller: &Caller<'_>, path: &str) -> u64 {
    let answer = caller.get(path).await;
    answer.json()["count"].as_u64().expect("a count")
}

fn is_replay(answer: &Response) -> bool {
    answer.header("Idempotency-Replayed").as_deref() == Some("true")
}

/// Asserts that the second response is a byte-for-byte replay of the first.
fn assert_replay(first: &Response, again: &Response) {
    assert!(!is_replay(first), "{first}");
    assert!(is_replay(again), "{again}");
    assert_eq!(again.status, first.status);
    assert_eq!(again.body, first.body);
    assert_eq!(again.header("Content-Type"), first.header("Content-Type"));
}

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
    for answer in [other, without] {
        assert_eq!(answer.status, 201, "{answer}");
        assert!(!is_replay(&answer), "{answer}");
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

    for answer in [other, spaced, query] {
        assert_eq!(answer.to_string(), REUSED);
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

    for answer in [
        send(&alice, "POST", ORGS, "k", &name).await,
        send(&bob, "POST", ORGS, "k", &name).await,
        send(&alice, "PATCH", &format!("{ORGS}{org}/"), "k", &name).await,
        send(&alice, "POST", &format!("{ORGS}{org}/tags/"), "k", &name).await,
    ] {
        assert!(answer.status.is_success(), "{answer}");
        assert!(!is_replay(&answer), "{answer}");
    }
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
async fn of_twenty_concurrent_requests_one_is_executed() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let before = count(&alice, ORGS).await;

    let answers = join_all((0..20).map(|_| create_org(&alice, "k", "Acme"))).await;

    let (done, others): (Vec<_>, Vec<_>) =
        answers.iter().partition(|answer| answer.status == 201 && !is_replay(answer));
    assert_eq!(done.len(), 1);
    for answer in others {
        match answer.status.as_u16() {
            201 => assert_eq!(answer.body, done[0].body),
            _ => assert_eq!(answer.to_string(), IN_USE),
        }
    }
    assert_eq!(count(&alice, ORGS).await, before + 1);
    assert_replay(done[0], &create_org(&alice, "k", "Acme").await);
}

/// Keys in progress in the memory of one replica are unknown to the other, so the database decides.
#[actix_web::test]
async fn of_twenty_concurrent_requests_on_two_replicas_one_is_executed() {
    let app = TestApp::spawn().await;
    let db = Db::open(app.database_url(), 4).await.expect("the database");
    let replica = TestApp::with_parts(|parts| parts.db = db).await;
    let alice = app.user("alice").await;
    let before = count(&alice, ORGS).await;

    let answers = join_all((0..20).map(async |n| {
        let request = alice.request(keyed("POST", ORGS, "k", &json!({ "name": "Acme" })));
        match n % 2 {
            0 => app.send(request).await,
            _ => replica.send(request).await,
        }
    }))
    .await;

    for answer in &answers {
        if answer.status != 201 {
            assert_eq!(answer.to_string(), IN_USE);
        }
    }
    assert_eq!(count(&alice, ORGS).await, before + 1);
    assert!(is_replay(&create_org(&alice, "k", "Acme").await));
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

#[actix_web::test]
async fn keys_have_a_valid_form_and_length() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let before = count(&alice, ORGS).await;

    for key in ["", "   ", "\t", "a\tb", &"k".repeat(129)] {
        let answer = create_org(&alice, key, "Acme").await;
        assert_eq!(answer.to_string(), INVALID, "{key:?}");
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
        let answer = create_org(&alice, &key, "Acme").await;
        assert_eq!(answer.status, 201, "{key:?}: {answer}");
        assert_replay(&answer, &create_org(&alice, &key, "Acme").await);
    }
}

/// A request cancelled at any point, as when the process ends, is executed completely or not at all, and never twice.
#[actix_web::test]
async fn a_cancelled_and_repeated_request_is_executed_once() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let before = count(&alice, ORGS).await;
    let cuts = 24;

    for polls in 0..cuts {
        let name = format!("Acme {polls}");
        let key = format!("key {polls}");
        let mut cut = Box::pin(create_org(&alice, &key, &name));
        for _ in 0..polls {
            if poll!(&mut cut).is_ready() {
                break;
            }
            tokio::time::sleep(Duration::from_micros(300)).await;
        }
        drop(cut);

        // On PostgreSQL the server may still be executing the cancelled request.
        let mut answer = create_org(&alice, &key, &name).await;
        for _ in 0..100 {
            if answer.to_string() != IN_USE {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
            answer = create_org(&alice, &key, &name).await;
        }
        assert_eq!(answer.status, 201, "{polls}: {answer}");
    }

    assert_eq!(count(&alice, ORGS).await, before + cuts);
}

#[actix_web::test]
async fn one_connection_is_sufficient() {
    let beside = TestApp::spawn().await;
    let db = Db::open(beside.database_url(), 1).await.expect("the database");
    let app = TestApp::with_parts(|parts| parts.db = db).await;
    let alice = app.user("alice").await;
    let before = count(&alice, ORGS).await;

    let names: Vec<String> = (0..16).map(|n| format!("Acme {}", n / 2)).collect();
    let answers = join_all(names.iter().map(|name| create_org(&alice, name, name))).await;

    for answer in answers {
        assert!(answer.status == 201 || answer.to_string() == IN_USE, "{answer}");
    }
    assert_eq!(count(&alice, ORGS).await, before + 8);
}

/// Every operation of this surface that changes the resources of organizations, with a request that could succeed.
///
/// `{org}`, `{contact}`, `{tag}` and `{id}` are placeholders for the resources of the test.
const OPERATIONS: &[(&str, &str, &str)] = &[
    ("POST", "/api/v1/orgs/", r#"{"name":"New"}"#),
    ("PATCH", "/api/v1/orgs/{org}/", r#"{"name":"New"}"#),
    ("DELETE", "/api/v1/orgs/{org}/", ""),
    ("POST", "/api/v1/orgs/{org}/members/", r#"{"username":"carol"}"#),
    ("PATCH", "/api/v1/orgs/{org}/members/bob/", r#"{"role":"admin"}"#),
    ("DELETE", "/api/v1/orgs/{org}/members/bob/", ""),
    ("POST", "/api/v1/contacts/", r#"{"display_name":"New","organization":"{org}"}"#),
    ("PUT", "/api/v1/contacts/{contact}/", r#"{"display_name":"New","organization":"{org}"}"#),
    ("PATCH", "/api/v1/contacts/{contact}/", r#"{"display_name":"New"}"#),
    ("DELETE", "/api/v1/contacts/{contact}/", ""),
    ("POST", "/api/v1/orgs/{org}/tags/", r#"{"name":"New"}"#),
    ("PATCH", "/api/v1/orgs/{org}/tags/{id}/", r#"{"name":"New"}"#),
    ("DELETE", "/api/v1/orgs/{org}/tags/{id}/", ""),
    ("POST", "/api/v1/orgs/{org}/tags/contacts/contact/{contact}/", r#"["new"]"#),
    ("DELETE", "/api/v1/orgs/{org}/tags/contacts/contact/{contact}/", "[{id}]"),
    ("DELETE", "/api/v1/orgs/{org}/tags/contacts/contact/{contact}/{tag}/", ""),
];

#[actix_web::test]
async fn every_change_to_resources_of_organizations_accepts_a_key() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    for name in ["bob", "carol"] {
        app.user(name).await;
    }
    let org = acme(&alice).await;
    let member = json!({ "username": "bob" });
    alice.post(&format!("{ORGS}{org}/members/"), member).await;
    let contact = json!({ "display_name": "Jane Roe", "organization": org });
    let contact = alice.post("/api/v1/contacts/", contact).await;
    let contact = contact.text_at("/slug");
    let on_contact = format!("{ORGS}{org}/tags/contacts/contact/{contact}/");
    let tag = alice.post(&on_contact, json!(["vip"])).await;
    let id = tag.json()[0]["id"].to_string();
    let filled = |text: &str| {
        text.replace("{org}", &org)
            .replace("{contact}", &contact)
            .replace("{tag}", "vip")
            .replace("{id}", &id)
    };

    for (method, path, body) in OPERATIONS {
        let mut request = Request::new(method, &filled(path)).header("Idempotency-Key", "");
        if !body.is_empty() {
            request = request.header("Content-Type", "application/json").body(filled(body));
        }
        let answer = alice.send(request).await;
        assert_eq!(answer.to_string(), INVALID, "{method} {path}");
    }
}

#[actix_web::test]
async fn the_document_declares_the_key_where_it_is_accepted() {
    let app = TestApp::spawn().await;
    let gateway = Gateway::new(app.services().clone());
    let mut taking = 0;
    for document in gateway.documents() {
        let says: Value = serde_json::from_slice(document.json()).expect("JSON");
        for (path, item) in says["paths"].as_object().expect("paths") {
            for (method, operation) in item.as_object().expect("operations") {
                let parameters = operation["parameters"].as_array();
                let takes_key = parameters.is_some_and(|parameters| {
                    parameters.iter().any(|parameter| parameter["name"] == "Idempotency-Key")
                });
                let of_organisations = ["/api/v1/orgs", "/api/v1/contacts"]
                    .iter()
                    .any(|family| path.starts_with(family));
                assert_eq!(takes_key, of_organisations && method != "get", "{method} {path}");
                if takes_key {
                    taking += 1;
                    let conflict = operation["responses"]["409"]["description"].as_str();
                    let conflict = conflict.unwrap_or_default();
                    assert!(conflict.contains("`Idempotency-Key`"), "{method} {path}");
                    let responses = &operation["responses"];
                    assert!(responses["400"].is_object(), "{method} {path}");
                }
            }
        }
    }
    assert_eq!(taking, OPERATIONS.len());
}

#[actix_web::test]
async fn pages_of_allowed_origins_may_use_it() {
    let origin = "https://app.example.com";
    let friend: List<Origin> = origin.parse().expect("an origin");
    let app = TestApp::with(|options| options.cors_origins = friend.to_vec()).await;
    let alice = app.user("alice").await;

    let preflight = Request::new("OPTIONS", ORGS)
        .header("Origin", origin)
        .header("Access-Control-Request-Method", "POST")
        .header("Access-Control-Request-Headers", "idempotency-key");
    let allowed = app.send(preflight).await;
    let asked = keyed("POST", ORGS, "k", &json!({ "name": "Acme" }));
    let answer = alice.send(asked.header("Origin", origin)).await;

    let headers = allowed.header("Access-Control-Allow-Headers");
    let headers = headers.expect("what may be sent").to_lowercase();
    assert!(headers.contains("idempotency-key"), "{headers}");
    let shown = answer.header("Access-Control-Expose-Headers");
    let shown = shown.expect("what may be read");
    assert!(shown.contains("idempotency-replayed"), "{shown}");
}
