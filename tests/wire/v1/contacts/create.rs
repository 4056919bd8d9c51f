//! `POST /api/v1/contacts/`.

use insta::assert_snapshot;
use serde_json::json;

use super::{CONTACTS, NOT_FOUND, create};
use crate::app::TestApp;

#[actix_web::test]
async fn creates_the_contact_of_the_example() {
    let app = TestApp::spawn().await;
    let jane = app.user("janedoe").await;
    let body = json!({ "first_name": "Jane", "last_name": "Roe", "organization": "janedoe" });

    for path in [CONTACTS, "/api/v1/contacts"] {
        let response = jane.post(path, body.clone()).await;
        assert_eq!(response.status, 200, "{response}");
        let slug = response.text_at("/slug");
        // Exactly the keys of the contract, in its order.
        assert_eq!(
            response.text().replace(&slug, "jane-roe"),
            r#"{"display_name":"Jane Roe","slug":"jane-roe","first_name":"Jane","last_name":"Roe","email":null,"location":null,"phone":null,"notes":null,"avatar_path":null,"avatar_url":null,"large_avatar_url":null,"organization":"janedoe","creator":"janedoe","tags":[],"created_at":"2026-01-01T12:00:00.000000+00:00","updated_at":"2026-01-01T12:00:00.000000+00:00"}"#
        );
        assert_eq!(
            response.header("Content-Type").as_deref(),
            Some("application/json; charset=utf-8")
        );
    }
}

#[actix_web::test]
async fn stores_every_sent_field_except_the_avatar_path() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    let body = json!({
        "organization": "jane",
        "display_name": "Özgür",
        "first_name": "Ö",
        "last_name": "Z",
        "email": "Oz@Ex.com",
        "location": "Lisbon",
        "phone": "12345678901234567890",
        "notes": "two\nlines 🌱",
        "avatar_path": "another-contact.webp",
        "slug": "mine",
        "id": 7,
        "creator": "unknown",
        "tags": ["x"],
    });
    assert_snapshot!(jane.post(CONTACTS, body).await, @r#"
    200 OK
    {"avatar_path":null,"avatar_url":null,"created_at":"[time]","creator":"jane","display_name":"Özgür","email":"Oz@Ex.com","first_name":"Ö","large_avatar_url":null,"last_name":"Z","location":"Lisbon","notes":"two\nlines 🌱","organization":"jane","phone":"12345678901234567890","slug":"ozgur","tags":[],"updated_at":"[time]"}
    "#);
}

#[actix_web::test]
async fn the_display_name_is_derived_from_the_sent_names() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    for (names, shown) in [
        (json!({ "first_name": "Ann" }), "Ann"),
        (json!({ "last_name": "Lee" }), "Lee"),
        (json!({ "first_name": "Ann", "last_name": "Lee" }), "Ann Lee"),
        (json!({ "display_name": "", "first_name": "Ann", "last_name": "" }), "Ann"),
        (json!({ "display_name": null, "last_name": "Lee" }), "Lee"),
        (json!({ "display_name": "Boss", "first_name": "Ann" }), "Boss"),
    ] {
        let mut body = names.clone();
        body["organization"] = json!("jane");
        let response = jane.post(CONTACTS, body).await;
        assert_eq!(response.text_at("/display_name"), shown, "{names}");
    }
}

#[actix_web::test]
async fn a_contact_requires_a_name() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    let expected = r#"400 Bad Request
{"detail":"Value error, At least one of display_name, first_name, or last_name must be provided.","errors":[{"location":["body","data"],"message":"Value error, At least one of display_name, first_name, or last_name must be provided.","type":"value_error"}]}"#;
    for body in [
        json!({ "organization": "jane" }),
        json!({ "organization": "jane", "display_name": "", "first_name": null, "last_name": "  " }),
        // Fields are validated before the organization is looked up.
        json!({ "organization": "unknown", "email": "a@b.co" }),
    ] {
        let response = jane.post(CONTACTS, body.clone()).await;
        assert_eq!(response.to_string(), expected, "{body}");
    }
}

#[actix_web::test]
async fn names_every_invalid_field_at_once() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    let body = json!({
        "display_name": "x".repeat(256),
        "first_name": 5,
        "last_name": ["x"],
        "email": "x".repeat(255),
        "location": "é".repeat(256),
        "phone": "1".repeat(21),
        "notes": "n".repeat(10_001),
    });
    assert_snapshot!(jane.post(CONTACTS, body).await, @r#"
    400 Bad Request
    {"detail":"Field required; String should have at most 255 characters; Input should be a valid string; Input should be a valid string; String should have at most 254 characters; String should have at most 255 characters; String should have at most 20 characters; String should have at most 10000 characters","errors":[{"location":["body","data","organization"],"message":"Field required","type":"missing"},{"location":["body","data","display_name"],"message":"String should have at most 255 characters","type":"string_too_long"},{"location":["body","data","first_name"],"message":"Input should be a valid string","type":"string_type"},{"location":["body","data","last_name"],"message":"Input should be a valid string","type":"string_type"},{"location":["body","data","email"],"message":"String should have at most 254 characters","type":"string_too_long"},{"location":["body","data","location"],"message":"String should have at most 255 characters","type":"string_too_long"},{"location":["body","data","phone"],"message":"String should have at most 20 characters","type":"string_too_long"},{"location":["body","data","notes"],"message":"String should have at most 10000 characters","type":"string_too_long"}]}
    "#);
}

#[actix_web::test]
async fn accepts_values_of_the_maximum_length() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    let body = json!({
        "organization": "jane",
        "display_name": "é".repeat(255),
        "location": "é".repeat(255),
        "phone": "é".repeat(20),
        "notes": "é".repeat(10_000),
    });
    let response = jane.post(CONTACTS, body).await;
    assert_eq!(response.status, 200, "{response}");
    assert_eq!(response.text_at("/slug"), "e".repeat(50));
}

#[actix_web::test]
async fn rejects_invalid_email_addresses() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    for email in ["notanemail", "a@b", "@ex.com", "a b@ex.com", "a@ex.com b"] {
        let body = json!({ "organization": "jane", "first_name": "J", "email": email });
        let response = jane.post(CONTACTS, body).await;
        assert_eq!(
            response.to_string(),
            "400 Bad Request\n{\"detail\":\"Invalid email address\"}",
            "{email}"
        );
    }
    for nothing in [json!(""), json!("  "), json!(null)] {
        let body = json!({ "organization": "jane", "first_name": "J", "email": nothing });
        let response = jane.post(CONTACTS, body).await;
        assert_eq!(response.status, 200, "{response}");
        assert!(response.json()["email"].is_null(), "{response}");
    }
}

#[actix_web::test]
async fn the_organization_must_be_one_of_the_callers() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    app.user("bob").await;
    for organization in ["bob", "unknown", "", "1", "JANE"] {
        let body = json!({ "organization": organization, "first_name": "J" });
        let response = jane.post(CONTACTS, body).await;
        assert_eq!(response.to_string(), NOT_FOUND, "{organization}");
    }
    for organization in [json!(null), json!(1), json!({})] {
        let body = json!({ "organization": organization, "first_name": "J" });
        let response = jane.post(CONTACTS, body).await;
        assert_eq!(response.text_at("/detail"), "Input should be a valid string");
    }
}

#[actix_web::test]
async fn rejects_bodies_that_are_not_objects() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    let parse = "400 Bad Request\n{\"detail\":\"Cannot parse request body\"}";
    let required = |location: &str| {
        format!(
            "400 Bad Request\n{{\"detail\":\"Field required\",\"errors\":[{{\"location\":[\"body\",\"data\"{location}],\"message\":\"Field required\",\"type\":\"missing\"}}]}}"
        )
    };
    for (body, expected) in [
        ("{", parse.to_owned()),
        ("organization=jane", parse.to_owned()),
        ("", required("")),
        ("[]", required(",\"organization\"")),
    ] {
        let response = jane.post(CONTACTS, body).await;
        assert_eq!(response.to_string(), expected, "{body}");
    }
    let nul = r#"{"organization":"jane","first_name":"a\u0000b","notes":"a\ud83db"}"#;
    assert_eq!(
        jane.post(CONTACTS, nul).await.text_at("/detail"),
        "Value error, Null characters are not allowed.; Input should be a valid string"
    );
    let nul = r#"{"organization":"ja\u0000ne","first_name":"a"}"#;
    assert_eq!(jane.post(CONTACTS, nul).await.status, 400);
}

#[actix_web::test]
async fn slugs_are_unique_across_all_organizations() {
    let app = TestApp::spawn().await;
    let (jane, bob) = (app.user("jane").await, app.user("bob").await);
    for (caller, organization, slug) in
        [(&jane, "jane", "ann-lee"), (&bob, "bob", "ann-lee-1"), (&jane, "jane", "ann-lee-2")]
    {
        let response = create(caller, organization, "Ann Lee").await;
        assert_eq!(response.text_at("/slug"), slug);
    }
    assert_eq!(create(&jane, "jane", "日本").await.text_at("/slug"), "contact");
}

#[actix_web::test]
async fn requires_a_token() {
    let app = TestApp::spawn().await;
    let expected = "401 Unauthorized\n{\"detail\":\"Unauthorized\"}";
    let response = app.anonymous().post(CONTACTS, "{").await;
    assert_eq!(response.to_string(), expected);
    assert_eq!(app.anonymous().get(CONTACTS).await.to_string(), expected);
}
