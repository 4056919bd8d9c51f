//! Tenant isolation: in every combination of own and foreign names, a foreign one is indistinguishable from an unknown
//! one.

use serde_json::{Value, json};

use super::{CONTACTS, NO_ORGANIZATION, NOT_FOUND, add_member, at, create, create_org, names, tag};
use crate::app::TestApp;

#[actix_web::test]
async fn callers_find_and_change_nothing_in_foreign_organizations() {
    let app = TestApp::spawn().await;
    let (jane, bob) = (app.user("jane").await, app.user("bob").await);
    create(&jane, "jane", "Ann").await;
    create(&bob, "bob", "Cy").await;
    tag(&bob, "bob", "cy", json!(["secret"])).await;
    let before = bob.get(&at("cy")).await.text();
    let list = bob.get(CONTACTS).await.text();

    let whole = |org: &str| json!({ "organization": org, "first_name": "X" });
    let part = |org: &str| json!({ "organization": org });
    let mut requests: Vec<(&str, String, Value)> = Vec::new();
    for org in ["jane", "bob", "unknown"] {
        for slug in ["cy", "unknown"] {
            requests.push(("PUT", at(slug), whole(org)));
            requests.push(("PATCH", at(slug), part(org)));
        }
    }
    for org in ["bob", "unknown"] {
        requests.push(("PUT", at("ann"), whole(org)));
        requests.push(("PATCH", at("ann"), part(org)));
        requests.push(("POST", CONTACTS.to_owned(), whole(org)));
    }
    for slug in ["cy", "unknown"] {
        requests.push(("GET", at(slug), Value::Null));
        requests.push(("DELETE", at(slug), Value::Null));
        requests.push(("PATCH", at(slug), json!({ "notes": "x" })));
    }
    for (method, path, body) in requests {
        let response = if body.is_null() {
            jane.send_json(method, &path, ()).await
        } else {
            jane.send_json(method, &path, body.clone()).await
        };
        assert_eq!(response.to_string(), NOT_FOUND, "{method} {path} {body}");
    }
    for org in ["bob", "unknown", "", "1"] {
        let response = jane.get(&format!("{CONTACTS}?organization={org}")).await;
        assert_eq!(response.to_string(), NO_ORGANIZATION, "{org}");
    }
    for query in ["tag=secret", "search=cy"] {
        let response = jane.get(&format!("{CONTACTS}?{query}")).await;
        assert_eq!(response.text(), r#"{"items":[],"count":0}"#);
    }
    assert_eq!(bob.get(&at("cy")).await.text(), before);
    assert_eq!(bob.get(CONTACTS).await.text(), list);
    assert_eq!(names(&jane.get(CONTACTS).await), ["Ann"]);
}

#[actix_web::test]
async fn every_current_member_has_full_access_and_former_members_have_none() {
    let app = TestApp::spawn().await;
    let (jane, bob) = (app.user("jane").await, app.user("bob").await);
    let acme = create_org(&jane, "Acme").await;
    add_member(&jane, &acme, "bob").await;
    create(&jane, &acme, "Ann").await;

    assert_eq!(bob.get(&at("ann")).await.text_at("/creator"), "jane");
    let patched = bob.patch(&at("ann"), json!({ "notes": "by bob" })).await;
    assert_eq!(patched.text_at("/notes"), "by bob");
    create(&bob, &acme, "Bo").await;
    assert_eq!(names(&jane.get(CONTACTS).await), ["Ann", "Bo"]);
    // Bob moves it to his personal organization, where jane cannot see it.
    let moved = bob.patch(&at("bo"), json!({ "organization": "bob" })).await;
    assert_eq!(moved.status, 200, "{moved}");
    assert_eq!(jane.get(&at("bo")).await.to_string(), NOT_FOUND);
    // Jane cannot move a contact there.
    let pushed = jane.patch(&at("ann"), json!({ "organization": "bob" })).await;
    assert_eq!(pushed.to_string(), NOT_FOUND);
    assert_eq!(bob.delete(&at("ann"), ()).await.status, 200);

    create(&jane, &acme, "Cy").await;
    let path = format!("/api/v1/orgs/{acme}/members/bob/");
    assert_eq!(jane.delete(&path, ()).await.status, 204);
    assert_eq!(bob.get(&at("cy")).await.to_string(), NOT_FOUND);
    assert_eq!(names(&bob.get(CONTACTS).await), ["Bo"]);
    let path = format!("{CONTACTS}?organization={acme}");
    assert_eq!(bob.get(&path).await.to_string(), NO_ORGANIZATION);
}

#[actix_web::test]
async fn superusers_have_no_access_to_foreign_organizations() {
    let app = TestApp::spawn().await;
    let (jane, admin) = (app.user("jane").await, app.admin().await);
    create(&jane, "jane", "Ann").await;
    assert_eq!(admin.get(&at("ann")).await.to_string(), NOT_FOUND);
    assert_eq!(admin.delete(&at("ann"), ()).await.to_string(), NOT_FOUND);
    let body = json!({ "organization": "jane", "first_name": "X" });
    assert_eq!(admin.post(CONTACTS, body).await.to_string(), NOT_FOUND);
    assert_eq!(names(&admin.get(CONTACTS).await), [""; 0]);
}

#[actix_web::test]
async fn responses_contain_no_numbers_except_tag_ids_and_the_count() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    create(&jane, "jane", "Ann").await;
    tag(&jane, "jane", "ann", json!(["vip"])).await;
    let body = json!({ "organization": "jane", "first_name": "A" });
    let responses = [
        jane.post(CONTACTS, body.clone()).await,
        jane.get(CONTACTS).await,
        jane.get(&format!("{CONTACTS}?cursor=&limit=1&search=a&sort_by=created_at")).await,
        jane.get(&at("ann")).await,
        jane.put(&at("ann"), body).await,
        jane.patch(&at("ann"), json!({})).await,
        jane.patch(&at("ann"), json!({ "organization": "x" })).await,
        jane.post(CONTACTS, json!({})).await,
        jane.delete(&at("ann"), ()).await,
    ];
    for response in responses {
        assert_eq!(numbers(&response.json(), "", false), [""; 0], "{response}");
    }
}

/// Returns the paths of numbers where none is allowed.
fn numbers(value: &Value, path: &str, is_tag: bool) -> Vec<String> {
    match value {
        Value::Number(_) if path == "/count" || (is_tag && path.ends_with("/id")) => Vec::new(),
        Value::Number(_) => vec![path.to_owned()],
        Value::Array(items) => items.iter().flat_map(|item| numbers(item, path, is_tag)).collect(),
        Value::Object(members) => members
            .iter()
            .flat_map(|(key, value)| {
                numbers(value, &format!("{path}/{key}"), is_tag || key == "tags")
            })
            .collect(),
        _ => Vec::new(),
    }
}
