//! `/api/v1/contacts/`: every rule and error. Source: docs/contract/v1.md «Contacts», «Contact list».

mod changes;
mod create;
mod cursors;
mod detail;
mod listing;
mod races;
mod tenants;

use serde_json::{Value, json};

use crate::app::{Answer, Caller};

const CONTACTS: &str = "/api/v1/contacts/";

/// Creates a contact with this name in an organization.
async fn create(caller: &Caller<'_>, organization: &str, name: &str) -> Answer {
    let body = json!({ "organization": organization, "display_name": name });
    let answer = caller.post(CONTACTS, body).await;
    assert_eq!(answer.status, 200, "{answer}");
    answer
}

/// Creates an organization and returns its slug.
async fn create_org(caller: &Caller<'_>, name: &str) -> String {
    let answer = caller.post("/api/v1/orgs/", json!({ "name": name })).await;
    assert_eq!(answer.status, 201, "{answer}");
    answer.text_at("/slug")
}

/// Adds an account to an organization.
async fn add_member(caller: &Caller<'_>, organization: &str, username: &str) {
    let path = format!("/api/v1/orgs/{organization}/members/");
    let body = json!({ "username": username, "role": "member" });
    let answer = caller.post(&path, body).await;
    assert_eq!(answer.status, 201, "{answer}");
}

/// Assigns tags to a contact.
async fn tag(caller: &Caller<'_>, organization: &str, slug: &str, names: Value) {
    let path = format!("/api/v1/orgs/{organization}/tags/contacts/contact/{slug}/");
    let answer = caller.post(&path, names).await;
    assert_eq!(answer.status, 200, "{answer}");
}

/// Returns the path of a contact.
fn at(slug: &str) -> String {
    format!("{CONTACTS}{slug}/")
}

/// Returns the display names of a page.
fn names(answer: &Answer) -> Vec<String> {
    texts(answer, "display_name")
}

fn texts(answer: &Answer, key: &str) -> Vec<String> {
    let json = answer.json();
    let items = json["items"].as_array().map(Vec::as_slice);
    let texts = items.unwrap_or_else(|| panic!("no page: {answer}")).iter();
    texts
        .map(|item| item[key].as_str().unwrap_or_default().to_owned())
        .collect()
}

/// The response for an unknown contact.
const NOT_FOUND: &str = "404 Not Found\n{\"detail\":\"Not Found\"}";
/// The response if the query names an unknown organization.
const NO_ORGANIZATION: &str = "404 Not Found\n{\"detail\":\"Organization not found\"}";
