//! `/api/v1/users/me`.

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::{EMAIL, register, send_with_token};
use crate::app::TestApp;

const ME: &str = "/api/v1/users/me";

#[actix_web::test]
async fn shows_the_profile() {
    let app = TestApp::spawn().await;
    let access = register(&app, EMAIL).await.text_at("/access");

    let response = send_with_token(&app, &access, "GET", ME, Value::Null).await;

    assert_eq!(
        response.text(),
        r#"{"email":"jane.doe@ex.com","first_name":"","last_name":"","username":"jane.doe","slug":"janedoe","org_slug":"janedoe","org_name":"jane.doe","location":"","about":"","avatar_path":null,"notification_preferences":{},"created_at":"2026-01-01T12:00:00.000000+00:00"}"#
    );
    assert_eq!(response.header("Content-Type").as_deref(), Some("application/json; charset=utf-8"));
    assert_eq!(response.header("Cache-Control").as_deref(), Some("no-store"));
}

#[actix_web::test]
async fn changes_only_the_sent_fields() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;

    let first = jane.patch(ME, json!({ "first_name": "Jane" })).await;
    assert_snapshot!(first, @r#"
    200 OK
    {"about":"","avatar_path":null,"created_at":"[time]","email":"jane@example.com","first_name":"Jane","last_name":"","location":"","notification_preferences":{},"org_name":"jane","org_slug":"jane","slug":"jane","username":"jane"}
    "#);
    let second = jane
        .patch(ME, json!({ "last_name": "Roe", "location": "Lisbon", "about": "Gardener 🌱" }))
        .await;
    assert_eq!(second.text_at("/first_name"), "Jane");
    assert_eq!(second.text_at("/location"), "Lisbon");
    assert_eq!(second.text_at("/about"), "Gardener 🌱");
    let nothing = jane.patch(ME, json!({})).await;
    assert_eq!(nothing.text(), second.text());
    let cleared = jane.patch(ME, json!({ "location": null, "about": null, "last_name": "" })).await;
    assert_eq!(cleared.text_at("/location"), "");
    assert_eq!(cleared.text_at("/about"), "");
    assert_eq!(cleared.text_at("/last_name"), "");
    assert_eq!(jane.get(ME).await.text(), cleared.text());
}

#[actix_web::test]
async fn names_every_error_at_once() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    let body = json!({
        "first_name": null,
        "last_name": "x".repeat(51),
        "location": "x".repeat(101),
        "about": 5,
        "email": "other@ex.com",
        "a/b": 1,
    });

    assert_snapshot!(jane.patch(ME, body).await, @r#"
    400 Bad Request
    {"detail":"Input should be a valid string; String should have at most 50 characters; String should have at most 100 characters; Input should be a valid string; Extra inputs are not permitted; Extra inputs are not permitted","errors":[{"location":["body","data","first_name"],"message":"Input should be a valid string","type":"string_type"},{"location":["body","data","last_name"],"message":"String should have at most 50 characters","type":"string_too_long"},{"location":["body","data","location"],"message":"String should have at most 100 characters","type":"string_too_long"},{"location":["body","data","about"],"message":"Input should be a valid string","type":"string_type"},{"location":["body","data","a/b"],"message":"Extra inputs are not permitted","type":"extra_forbidden"},{"location":["body","data","email"],"message":"Extra inputs are not permitted","type":"extra_forbidden"}]}
    "#);
    assert_eq!(jane.get(ME).await.text_at("/first_name"), "");
}

#[actix_web::test]
async fn rejects_fields_that_have_their_own_operation() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    for key in [
        "email",
        "username",
        "slug",
        "avatar_path",
        "id",
        "is_superuser",
        "created_at",
        "notification_preferences",
    ] {
        let response = jane.patch(ME, json!({ "first_name": "X", key: "y" })).await;
        assert_eq!(response.status, 400, "{key}");
        assert_eq!(response.text_at("/detail"), "Extra inputs are not permitted");
    }
    assert_eq!(jane.get(ME).await.text_at("/first_name"), "");
}

#[actix_web::test]
async fn limits_count_characters_and_include_the_maximum() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    let longest = "é".repeat(50);
    let response =
        jane.patch(ME, json!({ "first_name": longest, "location": "é".repeat(100) })).await;
    assert_eq!(response.text_at("/first_name"), longest);
    let response = jane.patch(ME, r#"{"about":"a\u0000b"}"#).await;
    assert_eq!(response.text_at("/detail"), "Value error, Null characters are not allowed.");
    let response = jane.patch(ME, r#"{"about":"a\ud83db"}"#).await;
    assert_eq!(response.text_at("/detail"), "Input should be a valid string");
}

#[actix_web::test]
async fn a_profile_requires_a_token() {
    let app = TestApp::spawn().await;
    let expected = "401 Unauthorized\n{\"detail\":\"Unauthorized\"}";
    assert_eq!(app.anonymous().get(ME).await.to_string(), expected);
    assert_eq!(app.anonymous().patch(ME, "{").await.to_string(), expected);
}

#[actix_web::test]
async fn rejects_a_body_that_is_not_an_object() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    for body in ["[]", "5", "null", "\"x\"", "true"] {
        let response = jane.patch(ME, body).await;
        assert_eq!(response.status, 400, "{body}");
        assert_eq!(
            response.text_at("/detail"),
            "Input should be a valid dictionary or object to extract fields from"
        );
    }
}
