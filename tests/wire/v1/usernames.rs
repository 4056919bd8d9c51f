//! `/api/v1/users/check_username` and `username`.

use futures_util::future::join_all;
use insta::assert_snapshot;
use serde_json::json;

use super::{EMAIL, register};
use crate::app::TestApp;

const FREE: &str = "200 OK\n{\"available\":true,\"reason\":null}";
const TAKEN: &str = "200 OK\n{\"available\":false,\"reason\":\"Username already taken.\"}";
const LENGTH: &str =
    "200 OK\n{\"available\":false,\"reason\":\"Username must be 1-50 characters.\"}";
const CHANGE: &str = "/api/v1/users/username";

#[actix_web::test]
async fn reports_whether_a_name_is_available() {
    let app = TestApp::spawn().await;
    register(&app, EMAIL).await;
    let long = format!("?username={}", "x".repeat(51));
    let longest = format!("?username={}", "x".repeat(50));
    let cases = [
        ("?username=JANE.DOE", TAKEN),
        ("?username=jane.doe", TAKEN),
        ("?username=foo", FREE),
        ("?username=jane.doe&username=foo", FREE),
        ("?username=%F0%9F%8C%B1", FREE),
        ("?username=%ff", FREE),
        (&longest, FREE),
        (&long, LENGTH),
        ("?username=", LENGTH),
        ("?other=1", LENGTH),
        ("", LENGTH),
    ];
    for (query, expected) in cases {
        let path = format!("/api/v1/users/check_username{query}");
        assert_eq!(app.anonymous().get(&path).await.to_string(), expected, "{query}");
    }
    let response = app.anonymous().get("/api/v1/users/check_username?username=foo").await;
    assert_eq!(response.text(), r#"{"available":true,"reason":null}"#);
}

#[actix_web::test]
async fn rejects_a_name_with_a_null_character() {
    let app = TestApp::spawn().await;
    assert_snapshot!(app.anonymous().get("/api/v1/users/check_username?username=a%00b").await, @r#"
    400 Bad Request
    {"detail":"Value error, Null characters are not allowed.","errors":[{"location":["query","username"],"message":"Value error, Null characters are not allowed.","type":"value_error"}]}
    "#);
}

#[actix_web::test]
async fn changes_name_and_slug() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;

    let response = jane.patch(CHANGE, json!({ "username": "  New.Name_1 " })).await;

    assert_eq!(
        response.text(),
        r#"{"username":"New.Name_1","slug":"newname_1","org_name":"New.Name_1","org_slug":"newname_1"}"#
    );
    let profile = jane.get("/api/v1/users/me").await;
    assert_eq!(profile.text_at("/username"), "New.Name_1");
    assert_eq!(profile.text_at("/slug"), "newname_1");
    assert_eq!(profile.text_at("/org_slug"), "newname_1");
    assert_eq!(profile.text_at("/org_name"), "New.Name_1");
    let same = jane.patch(CHANGE, json!({ "username": "new.name_1" })).await;
    assert_eq!(
        same.text(),
        r#"{"username":"new.name_1","slug":"newname_1","org_name":"new.name_1","org_slug":"newname_1"}"#
    );
}

#[actix_web::test]
async fn a_slug_stays_unique() {
    let app = TestApp::spawn().await;
    register(&app, EMAIL).await;
    let bob = app.user("bob").await;
    let response = bob.patch(CHANGE, json!({ "username": "janedoe" })).await;
    assert_eq!(
        response.text(),
        r#"{"username":"janedoe","slug":"janedoe-1","org_name":"janedoe","org_slug":"janedoe-1"}"#
    );
}

#[actix_web::test]
async fn a_change_names_each_error() {
    let app = TestApp::spawn().await;
    app.user("bob").await;
    let jane = app.user("jane").await;
    let charset = "400 Bad Request\n{\"detail\":\"Username may only contain letters, numbers, dots, and underscores.\"}";
    let cases = [
        (json!({ "username": "BOB" }), "400 Bad Request\n{\"detail\":\"Username already taken\"}"),
        (json!({ "username": " " }), "400 Bad Request\n{\"detail\":\"Username cannot be empty\"}"),
        (json!({ "username": "" }), "400 Bad Request\n{\"detail\":\"Username cannot be empty\"}"),
        (
            json!({ "username": "x".repeat(51) }),
            "400 Bad Request\n{\"detail\":\"Username must be 1-50 characters.\"}",
        ),
        (json!({ "username": "!!!" }), charset),
        (json!({ "username": "two words" }), charset),
        (json!({ "username": "zoë" }), charset),
        (
            json!({}),
            "400 Bad Request\n{\"detail\":\"Field required\",\"errors\":[\
            {\"location\":[\"body\",\"data\",\"username\"],\"message\":\"Field required\",\"type\":\"missing\"}]}",
        ),
        (
            json!({ "username": null }),
            "400 Bad Request\n{\"detail\":\"Input should be a valid string\",\"errors\":[\
            {\"location\":[\"body\",\"data\",\"username\"],\"message\":\"Input should be a valid string\",\"type\":\"string_type\"}]}",
        ),
    ];
    for (body, expected) in cases {
        assert_eq!(jane.patch(CHANGE, body).await.to_string(), expected);
    }
    let response = app.anonymous().patch(CHANGE, json!({ "username": "foo" })).await;
    assert_eq!(response.to_string(), "401 Unauthorized\n{\"detail\":\"Unauthorized\"}");
}

#[actix_web::test]
async fn of_many_concurrent_changes_to_one_name_one_succeeds() {
    let app = TestApp::spawn().await;
    let names: Vec<String> = (0..8).map(|n| format!("user{n}")).collect();
    let mut users = Vec::new();
    for name in &names {
        users.push(app.user(name).await);
    }

    let requests = users.iter().map(|user| user.patch(CHANGE, json!({ "username": "wanted" })));
    let responses = join_all(requests).await;

    let done = responses.iter().filter(|response| response.status == 200).count();
    assert_eq!(done, 1);
    assert!(responses.iter().all(|response| [200, 400].contains(&response.status.as_u16())));
}
