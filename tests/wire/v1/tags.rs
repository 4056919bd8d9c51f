//! `/api/v1/orgs/{org_slug}/tags/`. Source: docs/contract/v1.md «Tags», «Tags on objects».

mod names;
mod objects;
mod organization;
mod paths;
mod races;
mod strangers;

use loggia_contacts::{Contact, Details, NewContact};
use loggia_kernel::OrgId;
use serde_json::{Value, json};

use crate::app::{Caller, Response, TestApp};

/// The response for an unknown tag or object.
const NOT_FOUND: &str = "404 Not Found\n{\"detail\":\"Not Found\"}";
/// The response for an unknown organization.
const NO_ORGANIZATION: &str = "404 Not Found\n{\"detail\":\"Organization not found\"}";
const TAKEN: &str =
    "400 Bad Request\n{\"detail\":\"A tag with this name already exists in this organization.\"}";
const ALICE: &str = "/api/v1/orgs/alice/tags/";
const JANE: &str = "/api/v1/orgs/alice/tags/contacts/contact/jane-roe/";

/// Returns the id of the caller's personal organization.
async fn organization(app: &TestApp, caller: &Caller<'_>) -> OrgId {
    let organizations = &app.services().organizations;
    let own = organizations.personal_of(&mut app.work(), caller.account().id).await;
    own.expect("an organisation").id
}

/// Creates a contact in the caller's personal organization.
async fn contact(app: &TestApp, caller: &Caller<'_>, name: &str) -> Contact {
    let details = Details::named(organization(app, caller).await, name);
    let creator = caller.account().slug.clone();
    let new = NewContact { creator, details };
    let services = app.services();
    services.contacts.create(&mut services.db.work(), new).await.expect("a contact")
}

/// Creates a tag and returns its id.
async fn tag(caller: &Caller<'_>, path: &str, name: &str) -> i64 {
    let response = caller.post(path, json!({ "name": name })).await;
    assert_eq!(response.status, 200, "{response}");
    response.json()["id"].as_i64().expect("a number")
}

/// Asserts that a list of tags has these names.
fn assert_tags(response: &Response, names: &[&str]) {
    assert_eq!(response.status, 200, "{response}");
    let tags = response.json();
    let items = tags.get("items").unwrap_or(&tags);
    assert_eq!(names_of(items), names, "{response}");
}

fn names_of(tags: &Value) -> Vec<&str> {
    let tags = tags.as_array().expect("a list");
    tags.iter().map(|tag| tag["name"].as_str().expect("a name")).collect()
}
