//! `/api/v1/contacts/`: every rule and error. Source: docs/contract/v1.md «Contacts», «Contact list».

mod changes;
mod create;
mod cursors;
mod detail;
mod listing;
mod races;
mod tenants;

use serde_json::{Value, json};

use crate::app::{Caller, Response};

const CONTACTS: &str = "/api/v1/contacts/";

/// Creates a contact with this name in an organization.
async fn create(caller: &Caller<'_>, organization: &str, name: &str) -> Response {
    let body = json!({ "organization": organization, "display_name": name });
    let response = caller.post(CONTACTS, body).await;
    assert_eq!(response.status, 200, "{response}");
    response
}

/// Creates an organization and returns its slug.
async fn create_org(caller: &Caller<'_>, name: &str) -> String {
    let response = caller.post("/api/v1/orgs/", json!({ "name": name })).await;
    assert_eq!(response.status, 201, "{response}");
    response.text_at("/slug")
}

/// Adds an account to an organization.
async fn add_member(caller: &Caller<'_>, organization: &str, username: &str) {
    let path = format!("/api/v1/orgs/{organization}/members/");
    let body = json!({ "username": username, "role": "member" });
    let response = caller.post(&path, body).await;
    assert_eq!(response.status, 201, "{response}");
}

/// Assigns tags to a contact.
async fn tag(caller: &Caller<'_>, organization: &str, slug: &str, names: Value) {
    let path = format!("/api/v1/orgs/{organization}/tags/contacts/contact/{slug}/");
    let response = caller.post(&path, names).await;
    assert_eq!(response.status, 200, "{response}");
}

/// Returns the path of a contact.
fn at(slug: &str) -> String {
    format!("{CONTACTS}{slug}/")
}

/// Returns the display names of a page.
fn names(response: &Response) -> Vec<String> {
    texts(response, "display_name")
}

fn texts(response: &Response, key: &str) -> Vec<String> {
    let json = response.json();
    let items = json["items"].as_array().map(Vec::as_slice);
    let texts = items.unwrap_or_else(|| panic!("no page: {response}")).iter();
    texts.map(|item| item[key].as_str().unwrap_or_default().to_owned()).collect()
}

/// The response for an unknown contact.
const NOT_FOUND: &str = "404 Not Found\n{\"detail\":\"Not Found\"}";
/// The response if the query names an unknown organization.
const NO_ORGANIZATION: &str = "404 Not Found\n{\"detail\":\"Organization not found\"}";
