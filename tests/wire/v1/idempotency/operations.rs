//! The operations that accept a key, in the responses and in the OpenAPI document.

use gateway::{
    Gateway,
    config::{List, Origin},
};
use serde_json::{Value, json};

use super::{INVALID, ORGS, acme, keyed};
use crate::app::{Request, TestApp};

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
        let response = alice.send(request).await;
        assert_eq!(response.to_string(), INVALID, "{method} {path}");
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
    let request = keyed("POST", ORGS, "k", &json!({ "name": "Acme" }));
    let response = alice.send(request.header("Origin", origin)).await;

    let headers = allowed.header("Access-Control-Allow-Headers");
    let headers = headers.expect("what may be sent").to_lowercase();
    assert!(headers.contains("idempotency-key"), "{headers}");
    let shown = response.header("Access-Control-Expose-Headers");
    let shown = shown.expect("what may be read");
    assert!(shown.contains("idempotency-replayed"), "{shown}");
}
