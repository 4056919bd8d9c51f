//! Routing of the paths in both slash forms, and authentication.

use serde_json::json;

use super::{ALICE, JANE, assert_tags, contact, tag};
use crate::app::TestApp;

#[actix_web::test]
async fn every_path_is_served_in_both_slash_forms() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    contact(&app, &alice, "Jane Roe").await;
    let id = tag(&alice, ALICE, "a").await;
    let cases = [
        ("GET", ALICE.to_owned(), json!(null)),
        ("POST", ALICE.to_owned(), json!({ "name": "b" })),
        ("PATCH", format!("{ALICE}{id}/"), json!({})),
        ("GET", format!("{ALICE}search/?q=a"), json!(null)),
        ("GET", format!("{ALICE}by-slug/a/"), json!(null)),
        ("POST", JANE.to_owned(), json!(["a"])),
        ("GET", JANE.to_owned(), json!(null)),
        ("DELETE", JANE.to_owned(), json!([id])),
        ("DELETE", format!("{JANE}a/"), json!(null)),
        ("DELETE", format!("{ALICE}{id}/"), json!(null)),
    ];
    for (method, path, body) in cases {
        let (path, query) = path.split_once('?').unwrap_or((&path, ""));
        let other = format!("{}?{query}", path.trim_end_matches('/'));
        let response = alice.send_json(method, &other, body).await;
        assert_eq!(response.status, 200, "{method} {other}: {response}");
    }
    assert_eq!(alice.get(&format!("{ALICE}/")).await.status, 404);
}

#[actix_web::test]
async fn an_unsupported_method_is_reported_for_the_most_specific_path() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let cases = [
        ("PATCH", ALICE.to_owned(), "GET, POST"),
        ("PATCH", format!("{ALICE}search/"), "GET"),
        ("DELETE", format!("{ALICE}search"), "GET"),
        ("PATCH", format!("{ALICE}by-slug/vip/"), "GET"),
        ("GET", format!("{ALICE}1/"), "PATCH, DELETE"),
        ("GET", format!("{ALICE}searching/"), "PATCH, DELETE"),
        ("PUT", JANE.to_owned(), "GET, POST, DELETE"),
        ("PUT", format!("{ALICE}by-slug/search/x/"), "GET, POST, DELETE"),
        ("GET", format!("{JANE}vip/"), "DELETE"),
    ];
    for (method, path, allow) in cases {
        let response = alice.send_json(method, &path, json!({})).await;
        assert_eq!(response.status, 405, "{method} {path}: {response}");
        let mut allowed: Vec<String> =
            response.header("Allow").unwrap_or_default().split(", ").map(str::to_owned).collect();
        let mut expected: Vec<&str> = allow.split(", ").collect();
        allowed.sort();
        expected.sort_unstable();
        assert_eq!(allowed, expected, "{method} {path}");
    }
    assert_eq!(alice.head(ALICE).await.status, 200);
}

#[actix_web::test]
async fn a_tag_may_have_the_name_of_a_path_segment() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    contact(&app, &alice, "Jane Roe").await;
    assert_tags(&alice.post(JANE, json!(["search", "by-slug"])).await, &["search", "by-slug"]);
    let found = alice.get(&format!("{ALICE}by-slug/by-slug/")).await;
    assert_eq!(found.text_at("/name"), "by-slug");
    assert_eq!(alice.delete(&format!("{JANE}search/"), ()).await.status, 200);
    assert_tags(&alice.get(JANE).await, &["by-slug"]);
}

#[actix_web::test]
async fn every_path_requires_a_token() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    contact(&app, &alice, "Jane Roe").await;
    for (method, path) in [
        ("GET", ALICE.to_owned()),
        ("POST", ALICE.to_owned()),
        ("PATCH", format!("{ALICE}x/")),
        ("DELETE", format!("{ALICE}x/")),
        ("GET", format!("{ALICE}search/")),
        ("GET", format!("{ALICE}by-slug/a/")),
        ("GET", JANE.to_owned()),
        ("POST", JANE.to_owned()),
        ("DELETE", JANE.to_owned()),
        ("DELETE", format!("{JANE}vip/")),
    ] {
        let response = app.anonymous().send_json(method, &path, "[").await;
        assert_eq!(
            response.to_string(),
            "401 Unauthorized\n{\"detail\":\"Unauthorized\"}",
            "{method} {path}"
        );
    }
}
