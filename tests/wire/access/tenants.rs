//! Tenant isolation: for a member of one organization, the resources of another one do not exist.
//! Source: docs/contract/README.md «Tenants».

use serde_json::{Value, json};

use super::tables::{Operation, V1};
use crate::app::{Caller, Request, Response, TestApp};

/// A resource that a request can name.
struct Reference {
    placeholder: &'static str,
    own: String,
    foreign: String,
    unknown: String,
}

/// A foreign resource is indistinguishable from an unknown one, in every combination with the caller's own resources.
#[actix_web::test]
async fn a_foreign_resource_is_indistinguishable_from_an_unknown_one_in_every_combination() {
    let app = TestApp::spawn().await;
    let [alice, bob] = [app.user("alice").await, app.user("bob").await];
    let own = create_resources(&app, &alice, "acme", "ada", "vip").await;
    let foreign = create_resources(&app, &bob, "bolt", "ben", "rare").await;
    let references = references(&own, &foreign);
    let [before, before_own] = [seen(&bob, "bolt").await, seen(&alice, "acme").await];
    let mut combinations = 0;

    for operation in V1 {
        for template in templates(operation) {
            let named: Vec<_> = references
                .iter()
                .filter(|reference| {
                    template.iter().any(|part| part.contains(reference.placeholder))
                })
                .collect();
            // Every combination that names at least one foreign resource.
            for mixture in 1..1_u32 << named.len() {
                let is_foreign = |n: usize| mixture & (1 << n) != 0;
                let [sent, of_unknown] = [true, false].map(|is_there| {
                    template.clone().map(|part| {
                        named.iter().enumerate().fold(part, |part, (n, reference)| {
                            let with = match (is_foreign(n), is_there) {
                                (false, _) => &reference.own,
                                (true, true) => &reference.foreign,
                                (true, false) => &reference.unknown,
                            };
                            part.replace(reference.placeholder, with)
                        })
                    })
                });
                let response = send(&alice, operation, &sent).await;
                let unknown = send(&alice, operation, &of_unknown).await;
                let case = format!("{} {sent:?} against {of_unknown:?}", operation.method);
                assert_eq!(response.status, unknown.status, "{case}: {response}");
                assert_eq!(response.text(), unknown.text(), "{case}");
                combinations += 1;
            }
        }
    }
    assert_eq!(seen(&bob, "bolt").await, before);
    assert_eq!(seen(&alice, "acme").await, before_own);
    assert!(combinations > 60, "only {combinations} combinations");
}

/// The parts of an organization.
struct Resources {
    org: &'static str,
    contact: &'static str,
    tag: &'static str,
    tag_id: String,
    member: String,
}

async fn create_resources(
    app: &TestApp,
    owner: &Caller<'_>,
    org: &'static str,
    contact: &'static str,
    tag: &'static str,
) -> Resources {
    let member = format!("friend-of-{org}");
    app.user(&member).await;
    done(owner.post("/api/v1/orgs/", json!({"name": org})).await);
    let members = format!("/api/v1/orgs/{org}/members/");
    let friend = json!({"username": member, "role": "member"});
    done(owner.post(&members, friend).await);
    let card = json!({"organization": org, "display_name": contact});
    done(owner.post("/api/v1/contacts/", card).await);
    let mut tag_id = Value::Null;
    for target in
        [format!("contacts/contact/{contact}"), format!("organizations/organization/{org}")]
    {
        let path = format!("/api/v1/orgs/{org}/tags/{target}/");
        tag_id = done(owner.post(&path, json!([tag])).await)[0]["id"].clone();
    }
    Resources { org, contact, tag, tag_id: tag_id.to_string(), member }
}

/// A name that no organization, contact, tag or account has.
const UNKNOWN: &str = "unknown-here";

fn references(own: &Resources, foreign: &Resources) -> Vec<Reference> {
    let named = |placeholder, of: fn(&Resources) -> &str, unknown: &str| Reference {
        placeholder,
        own: of(own).to_owned(),
        foreign: of(foreign).to_owned(),
        unknown: unknown.to_owned(),
    };
    vec![
        named("{org_slug}", |its| its.org, UNKNOWN),
        named("{contact}", |its| its.contact, UNKNOWN),
        // An organization as the target of a tag.
        named("{organization}", |its| its.org, UNKNOWN),
        named("{tag}", |its| its.tag, UNKNOWN),
        named("{tag_id}", |its| &its.tag_id, "999999"),
        named("{user_slug}", |its| &its.member, UNKNOWN),
    ]
}

/// Returns the path and body templates of an operation, with a placeholder for each reference.
fn templates(operation: &Operation) -> Vec<[String; 2]> {
    let body = match operation.body {
        "" => "{}",
        body => body,
    };
    let body = body
        .replace(r#""organization":"acme""#, r#""organization":"{org_slug}""#)
        .replace("[1]", "[{tag_id}]")
        .replace("bystander", "unknown-there");
    let path = operation.path;
    let path = if path.starts_with("/api/v1/contacts/") {
        path.replace("{slug}", "{contact}")
    } else {
        path.replace("{slug}", "{tag}")
    };
    let query = if path.ends_with("/search/") { "?q=r" } else { "" };
    let mut paths = vec![path + query];
    if operation.path == "/api/v1/contacts/" && operation.method == "GET" {
        paths = vec!["/api/v1/contacts/?organization={org_slug}".to_owned()];
    }
    if paths[0].contains("{obj_id}") {
        let kinds = [
            ("contacts", "contact", "{contact}"),
            ("organizations", "organization", "{organization}"),
        ];
        paths = kinds
            .into_iter()
            .map(|(label, model, object)| {
                paths[0]
                    .replace("{app_label}", label)
                    .replace("{model}", model)
                    .replace("{obj_id}", object)
            })
            .collect();
    }
    paths.into_iter().map(|path| [path, body.clone()]).collect()
}

async fn send(caller: &Caller<'_>, operation: &Operation, sent: &[String; 2]) -> Response {
    let [path, body] = sent;
    assert!(!path.contains('{'), "unfilled placeholder in {path}");
    let mut request = Request::new(operation.method, path);
    if operation.method != "GET" {
        request = request.header("Content-Type", "application/json").body(body.as_str());
    }
    caller.send(request).await
}

/// Returns the complete state of an organization as its owner sees it.
async fn seen(caller: &Caller<'_>, org: &str) -> Vec<String> {
    let mut seen = Vec::new();
    for path in [
        format!("/api/v1/orgs/{org}/"),
        format!("/api/v1/orgs/{org}/members/"),
        format!("/api/v1/orgs/{org}/tags/"),
        format!("/api/v1/orgs/{org}/tags/organizations/organization/{org}/"),
        format!("/api/v1/contacts/?organization={org}"),
    ] {
        let response = caller.get(&path).await;
        assert_eq!(response.status, 200, "{path}: {response}");
        seen.push(response.text());
    }
    seen
}

fn done(response: Response) -> Value {
    assert!(response.status.is_success(), "{response}");
    response.json()
}
