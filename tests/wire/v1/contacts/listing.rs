//! `GET /api/v1/contacts/`: pagination, search, sorting and filters.

use serde_json::json;

use super::{CONTACTS, create, create_org, names, tag};
use crate::app::{Caller, Response, TestApp};

async fn list(caller: &Caller<'_>, query: &str) -> Response {
    caller.get(&format!("{CONTACTS}?{query}")).await
}

#[actix_web::test]
async fn lists_in_the_envelope_of_the_contract() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    assert_eq!(jane.get(CONTACTS).await.text(), r#"{"items":[],"count":0}"#);
    let made = create(&jane, "jane", "Ann").await.text();
    create(&jane, "jane", "Bo").await;
    for path in ["/api/v1/contacts/?limit=1", "/api/v1/contacts?limit=1"] {
        let response = jane.get(path).await;
        assert_eq!(response.status, 200);
        assert_eq!(response.text(), format!("{{\"items\":[{made}],\"count\":2}}"));
    }
}

#[actix_web::test]
async fn paginates_over_all_organizations_in_order_of_creation() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    let acme = create_org(&jane, "Acme").await;
    for n in 0..7 {
        let org = if n % 2 == 0 { "jane" } else { &acme };
        create(&jane, org, &format!("c{}", (7 - n))).await;
    }
    for (query, shown, count) in [
        ("", "c7 c6 c5 c4 c3 c2 c1", 7),
        ("limit=3", "c7 c6 c5", 7),
        ("limit=3&offset=5", "c2 c1", 7),
        ("offset=7", "", 7),
        ("limit=1&offset=18446744073709551615", "", 7),
        ("limit=99999999999999999999", "c7 c6 c5 c4 c3 c2 c1", 7),
        ("organization=jane", "c7 c5 c3 c1", 4),
        ("organization=acme&limit=1&offset=1", "c4", 3),
        ("organization=x&organization=acme&offset=2", "c2", 3),
        ("unknown=1", "c7 c6 c5 c4 c3 c2 c1", 7),
    ] {
        let response = list(&jane, query).await;
        assert_eq!(names(&response).join(" "), shown, "{query}");
        assert_eq!(response.json()["count"], count, "{query}");
        assert!(response.json().get("next_cursor").is_none(), "{query}");
    }
}

#[actix_web::test]
async fn a_page_has_a_hundred_contacts_by_default() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    for n in 0..101 {
        create(&jane, "jane", &format!("c{n}")).await;
    }
    let response = jane.get(CONTACTS).await;
    assert_eq!(names(&response).len(), 100);
    assert_eq!(response.json()["count"], 101);
    assert_eq!(names(&list(&jane, "limit=1001").await).len(), 101);
}

#[actix_web::test]
async fn every_contact_is_listed_with_its_tags() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    let acme = create_org(&jane, "Acme").await;
    for (org, name) in [("jane", "Ann"), (&acme, "Bo"), ("jane", "Cy")] {
        create(&jane, org, name).await;
    }
    tag(&jane, "jane", "ann", json!(["b", "a"])).await;
    tag(&jane, &acme, "bo", json!(["b"])).await;
    let items = jane.get(CONTACTS).await.json()["items"].clone();
    let tags = |n: usize| -> Vec<String> {
        let tags = items[n]["tags"].as_array().expect("tags").iter();
        tags.map(|tag| format!("{} of {}", tag["name"], tag["organization"])).collect()
    };
    assert_eq!(tags(0), [r#""b" of "jane""#, r#""a" of "jane""#]);
    assert_eq!(tags(1), [r#""b" of "acme""#]);
    assert_eq!(tags(2), [""; 0]);

    for (query, shown) in [
        ("tag=b", "Ann Bo"),
        ("tag=b&organization=acme", "Bo"),
        ("tag=a", "Ann"),
        ("tag=unknown", ""),
        ("tag=", ""),
        ("tag=b&search=n", "Ann"),
        ("tag=b&sort_order=desc&limit=1", "Bo"),
    ] {
        let response = list(&jane, query).await;
        assert_eq!(response.status, 200, "{response}");
        assert_eq!(names(&response).join(" "), shown, "{query}");
    }
}

#[actix_web::test]
async fn searches_and_ranks() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    for body in [
        json!({ "display_name": "Notes", "notes": "knows ann lee well" }),
        json!({ "display_name": "Mail", "email": "ann.lee@ex.com" }),
        json!({ "display_name": "Last", "first_name": "x", "last_name": "Ann Lee" }),
        json!({ "display_name": "First", "first_name": "ANN LEE", "last_name": "x" }),
        json!({ "display_name": "Ann of Lee" }),
        json!({ "display_name": "Özgür Ann Lee", "location": "nowhere", "phone": "555" }),
    ] {
        let mut body = body;
        body["organization"] = json!("jane");
        assert_eq!(jane.post(CONTACTS, body).await.status, 200);
    }
    for (query, shown) in [
        ("search=%20ann%20%20lEE", "Notes Mail Last First Ann of Lee Özgür Ann Lee"),
        ("search=ann%20lee", "Özgür Ann Lee First Last Notes Mail Ann of Lee"),
        ("search=ann.lee", "Mail"),
        ("search=%C3%96ZG%C3%9CR", "Özgür Ann Lee"),
        ("search=nowhere", ""),
        ("search=555", ""),
        ("search=%25", ""),
        ("search=_", ""),
        ("search=ann+lee&limit=1&offset=2", "Last"),
        ("search=lee+ann&sort_by=display_name&limit=2", "Ann of Lee First"),
        ("search=", "Notes Mail Last First Ann of Lee Özgür Ann Lee"),
    ] {
        let response = list(&jane, query).await;
        assert_eq!(response.status, 200, "{response}");
        assert_eq!(names(&response).join(" "), shown, "{query}");
    }
    assert_eq!(list(&jane, "search=ann&limit=1").await.json()["count"], 6);
    assert_eq!(list(&jane, "search=ann&offset=9").await.json()["count"], 6);
}

#[actix_web::test]
async fn sorts_by_the_requested_field() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    for (display, last) in [("bo", Some("A")), ("Cy", None), ("ann", Some("b"))] {
        app.clock().advance(std::time::Duration::from_millis(1500));
        let body = json!({ "organization": "jane", "display_name": display, "last_name": last });
        assert_eq!(jane.post(CONTACTS, body).await.status, 200);
    }
    app.clock().advance(std::time::Duration::from_secs(1));
    jane.patch(&super::at("bo"), json!({ "phone": "1" })).await;
    for (query, shown) in [
        ("", "bo Cy ann"),
        ("sort_by=display_name", "ann bo Cy"),
        ("sort_order=asc", "ann bo Cy"),
        ("sort_order=desc", "Cy bo ann"),
        ("sort_by=last_name", "Cy bo ann"),
        ("sort_by=last_name&sort_order=desc", "ann bo Cy"),
        ("sort_by=first_name&sort_order=desc", "bo Cy ann"),
        ("sort_by=email", "bo Cy ann"),
        ("sort_by=created_at&sort_order=desc", "ann Cy bo"),
        ("sort_by=updated_at", "Cy ann bo"),
    ] {
        let response = list(&jane, query).await;
        assert_eq!(names(&response).join(" "), shown, "{query}");
    }
}

#[actix_web::test]
async fn names_every_invalid_parameter_at_once() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    let query = "limit=0&offset=x&sort_by=id&sort_order=up&search=".to_owned() + &"x".repeat(201);
    assert_eq!(
        list(&jane, &query).await.to_string(),
        r#"400 Bad Request
{"detail":"Input should be greater than or equal to 1; Input should be a valid integer, unable to parse string as an integer; Input should be 'display_name', 'first_name', 'last_name', 'email', 'created_at' or 'updated_at'; Input should be 'asc' or 'desc'; String should have at most 200 characters","errors":[{"location":["query","limit"],"message":"Input should be greater than or equal to 1","type":"greater_than_equal"},{"location":["query","offset"],"message":"Input should be a valid integer, unable to parse string as an integer","type":"int_parsing"},{"location":["query","sort_by"],"message":"Input should be 'display_name', 'first_name', 'last_name', 'email', 'created_at' or 'updated_at'","type":"enum"},{"location":["query","sort_order"],"message":"Input should be 'asc' or 'desc'","type":"enum"},{"location":["query","search"],"message":"String should have at most 200 characters","type":"string_too_long"}]}"#
    );
    let eleven = "search=".to_owned() + &["a"; 11].join("+");
    assert_eq!(
        list(&jane, &eleven).await.to_string(),
        "400 Bad Request\n{\"detail\":\"Search supports at most 10 terms.\"}"
    );
    let ten = "search=".to_owned() + &["a"; 10].join("+");
    assert_eq!(list(&jane, &ten).await.status, 200);
    for name in ["search", "tag", "organization", "cursor"] {
        let response = list(&jane, &format!("{name}=a%00b")).await;
        assert_eq!(response.status, 400, "{name}: {response}");
        assert_eq!(response.text_at("/detail"), "Value error, Null characters are not allowed.");
    }
    for query in ["sort_by=", "sort_order=ASC", "sort_by=slug", "limit=-1", "offset=-1", "limit="] {
        assert_eq!(list(&jane, query).await.status, 400, "{query}");
    }
    // The query is validated before the organization is looked up.
    let both = list(&jane, "organization=no&limit=0").await;
    assert_eq!(both.status, 400);
}
