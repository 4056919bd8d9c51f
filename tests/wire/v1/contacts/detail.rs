//! `GET`, `PUT` and `DELETE /api/v1/contacts/{slug}/`.

use std::time::Duration;

use insta::assert_snapshot;
use serde_json::json;

use super::{CONTACTS, NOT_FOUND, at, create, create_org, tag};
use crate::app::TestApp;

#[actix_web::test]
async fn shows_a_contact_with_its_tags_in_the_order_of_their_assignment() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    create(&jane, "jane", "Ann Lee").await;
    tag(&jane, "jane", "ann-lee", json!(["vip"])).await;
    tag(&jane, "jane", "ann-lee", json!(["News Letter", "a"])).await;

    let response = jane.get(&at("ann-lee")).await;
    assert_snapshot!(response, @r#"
    200 OK
    {"avatar_path":null,"avatar_url":null,"created_at":"[time]","creator":"jane","display_name":"Ann Lee","email":null,"first_name":null,"large_avatar_url":null,"last_name":null,"location":null,"notes":null,"organization":"jane","phone":null,"slug":"ann-lee","tags":[{"id":"[id]","name":"vip","organization":"jane","slug":"vip"},{"id":"[id]","name":"News Letter","organization":"jane","slug":"news-letter"},{"id":"[id]","name":"a","organization":"jane","slug":"a"}],"updated_at":"[time]"}
    "#);
    let other_form = jane.get(&format!("{CONTACTS}ann-lee")).await;
    assert_eq!(other_form.text(), response.text());
}

#[actix_web::test]
async fn a_path_segment_that_is_not_a_slug_is_not_found() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    create(&jane, "jane", "Ann").await;
    for segment in ["1", "0", "-1", "ANN", "ann%00", "%00", "%27", "a%2Fb", "%F0%9F%8C%B1"] {
        let (path, body) = (at(segment), json!({ "organization": "jane", "first_name": "A" }));
        let responses = [
            jane.get(&path).await,
            jane.put(&path, body.clone()).await,
            jane.patch(&path, body).await,
            jane.delete(&path, ()).await,
        ];
        for response in responses {
            assert_eq!(response.to_string(), NOT_FOUND, "{segment}");
        }
    }
    assert_eq!(jane.get(&at("ann")).await.status, 200);
}

#[actix_web::test]
async fn put_replaces_every_field_and_keeps_slug_tags_creator_and_creation_time() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    create(&jane, "jane", "Ann Lee").await;
    tag(&jane, "jane", "ann-lee", json!(["vip"])).await;
    let full = json!({
        "organization": "jane",
        "display_name": "Somebody",
        "first_name": "A",
        "last_name": "L",
        "email": "a@ex.com",
        "location": "x",
        "phone": "1",
        "notes": "n",
    });
    let response = jane.put(&at("ann-lee"), full).await;
    assert_snapshot!(response, @r#"
    200 OK
    {"avatar_path":null,"avatar_url":null,"created_at":"[time]","creator":"jane","display_name":"Somebody","email":"a@ex.com","first_name":"A","large_avatar_url":null,"last_name":"L","location":"x","notes":"n","organization":"jane","phone":"1","slug":"ann-lee","tags":[{"id":"[id]","name":"vip","organization":"jane","slug":"vip"}],"updated_at":"[time]"}
    "#);

    app.clock().advance(Duration::from_secs(1));
    let bare = json!({ "organization": "jane", "first_name": "Ann" });
    let response = jane.put(&at("ann-lee"), bare).await;
    assert_snapshot!(response, @r#"
    200 OK
    {"avatar_path":null,"avatar_url":null,"created_at":"[time]","creator":"jane","display_name":"Ann","email":null,"first_name":"Ann","large_avatar_url":null,"last_name":null,"location":null,"notes":null,"organization":"jane","phone":null,"slug":"ann-lee","tags":[{"id":"[id]","name":"vip","organization":"jane","slug":"vip"}],"updated_at":"[time]"}
    "#);
    assert_eq!(response.text_at("/created_at"), "2026-01-01T12:00:00.000000+00:00");
    assert_eq!(response.text_at("/updated_at"), "2026-01-01T12:00:01.000000+00:00");
    assert_eq!(jane.get(&at("ann-lee")).await.text(), response.text());
}

#[actix_web::test]
async fn put_has_the_validation_rules_of_post() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    app.user("bob").await;
    let before = create(&jane, "jane", "Ann").await;
    for (body, expected) in [
        (json!({ "first_name": "A" }), "Field required"),
        (json!({ "organization": null, "first_name": "A" }), "Input should be a valid string"),
        (
            json!({ "organization": "jane", "display_name": null }),
            "Value error, At least one of display_name, first_name, or last_name must be provided.",
        ),
        (
            json!({ "organization": "jane", "first_name": "A", "email": "x" }),
            "Invalid email address",
        ),
        (
            json!({ "organization": "jane", "first_name": "A", "phone": "1".repeat(21) }),
            "String should have at most 20 characters",
        ),
        (json!({ "organization": "bob", "first_name": "A" }), "Not Found"),
        (json!({ "organization": "no", "first_name": "A" }), "Not Found"),
    ] {
        let response = jane.put(&at("ann"), body.clone()).await;
        assert_eq!(response.text_at("/detail"), expected, "{body}");
        let status = if expected == "Not Found" { 404 } else { 400 };
        assert_eq!(response.status, status, "{body}");
    }
    assert_eq!(jane.get(&at("ann")).await.text(), before.text());
}

#[actix_web::test]
async fn a_deleted_contact_is_not_found() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    for form in ["ann", "ann/"] {
        create(&jane, "jane", "Ann").await;
        tag(&jane, "jane", "ann", json!(["vip"])).await;
        let path = format!("{CONTACTS}{form}");
        assert_eq!(
            jane.delete(&path, ()).await.to_string(),
            "200 OK\n{\"detail\":\"Contact deleted.\"}"
        );
        assert_eq!(jane.delete(&path, ()).await.to_string(), NOT_FOUND);
        assert_eq!(jane.get(&path).await.to_string(), NOT_FOUND);
        assert_eq!(jane.get(CONTACTS).await.text(), r#"{"items":[],"count":0}"#);
    }
    // The next contact of that name gets the same slug but none of the tags.
    let next = create(&jane, "jane", "Ann").await;
    assert_eq!(next.text_at("/slug"), "ann");
    assert_eq!(jane.get(&at("ann")).await.text(), next.text());
}

#[actix_web::test]
async fn contacts_are_deleted_with_their_organization_but_not_with_their_creator() {
    let app = TestApp::spawn().await;
    let (jane, bob) = (app.user("jane").await, app.user("bob").await);
    let acme = create_org(&jane, "Acme").await;
    super::add_member(&jane, &acme, "bob").await;
    create(&bob, &acme, "Ann").await;
    create(&bob, "bob", "Mine").await;

    let gone = bob.delete("/api/v1/auth/delete", ()).await;
    assert_eq!(gone.status, 200, "{gone}");
    let ann = jane.get(&at("ann")).await;
    assert!(ann.json()["creator"].is_null(), "{ann}");
    assert_eq!(create(&jane, "jane", "Mine").await.text_at("/slug"), "mine");

    let path = format!("/api/v1/orgs/{acme}/");
    assert_eq!(jane.delete(&path, ()).await.status, 204);
    assert_eq!(jane.get(&at("ann")).await.to_string(), NOT_FOUND);
    assert_eq!(jane.get(CONTACTS).await.json()["count"], 1);
}

#[actix_web::test]
async fn an_unsupported_method_names_the_supported_ones() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    let response = jane.post(&at("ann"), json!({})).await;
    assert_eq!(response.status, 405);
    let allow = response.header("Allow").unwrap_or_default();
    for method in ["GET", "PUT", "PATCH", "DELETE"] {
        assert!(allow.contains(method), "{allow}");
    }
    create(&jane, "jane", "Ann").await;
    let head = jane.head(&at("ann")).await;
    assert_eq!((head.status.as_u16(), head.body.len()), (200, 0));
}
