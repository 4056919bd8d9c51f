//! `PATCH /api/v1/contacts/{slug}/`, and moving a contact to another organization.

use insta::assert_snapshot;
use serde_json::json;

use super::{CONTACTS, NOT_FOUND, at, create, create_org, tag};
use crate::app::TestApp;

#[actix_web::test]
async fn changes_only_the_sent_fields() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    create(&jane, "jane", "Ann").await;
    let path = at("ann");
    let all = json!({
        "first_name": "A",
        "last_name": "L",
        "email": "a@ex.com",
        "location": "x",
        "phone": "1",
        "notes": "n",
        "address": "ignored",
        "avatar_path": "ignored",
        "slug": "ignored",
    });
    assert_snapshot!(jane.patch(&path, all).await, @r#"
    200 OK
    {"avatar_path":null,"avatar_url":null,"created_at":"[time]","creator":"jane","display_name":"Ann","email":"a@ex.com","first_name":"A","large_avatar_url":null,"last_name":"L","location":"x","notes":"n","organization":"jane","phone":"1","slug":"ann","tags":[],"updated_at":"[time]"}
    "#);
    let some = json!({ "first_name": "", "notes": null, "location": "y" });
    assert_snapshot!(jane.patch("/api/v1/contacts/ann", some).await, @r#"
    200 OK
    {"avatar_path":null,"avatar_url":null,"created_at":"[time]","creator":"jane","display_name":"Ann","email":"a@ex.com","first_name":null,"large_avatar_url":null,"last_name":"L","location":"y","notes":null,"organization":"jane","phone":"1","slug":"ann","tags":[],"updated_at":"[time]"}
    "#);
    let before = jane.get(&path).await.text();
    assert_eq!(jane.patch(&path, json!({})).await.text(), before);
}

#[actix_web::test]
async fn a_new_name_produces_a_new_slug() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    create(&jane, "jane", "Ann").await;
    create(&jane, "jane", "Bo").await;
    tag(&jane, "jane", "bo", json!(["vip"])).await;

    let same = jane.patch(&at("bo"), json!({ "display_name": "BO" })).await;
    assert_eq!(same.text_at("/slug"), "bo");
    let renamed = jane.patch(&at("bo"), json!({ "display_name": "Ann" })).await;
    assert_eq!(renamed.text_at("/slug"), "ann-1");
    assert_eq!(renamed.text_at("/tags/0/name"), "vip");
    assert_eq!(jane.get(&at("bo")).await.to_string(), NOT_FOUND);
    assert_eq!(jane.get(&at("ann-1")).await.text(), renamed.text());
    let again = jane.patch(&at("ann-1"), json!({ "display_name": "Ann" })).await;
    assert_eq!(again.text_at("/slug"), "ann-1");
}

#[actix_web::test]
async fn rejects_invalid_values() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    app.user("bob").await;
    let before = create(&jane, "jane", "Ann").await;
    let blank = "String should have at least 1 character";
    for (body, status, expected) in [
        (json!({ "display_name": "" }), 400, blank),
        (json!({ "display_name": " " }), 400, blank),
        (json!({ "display_name": null }), 400, "Input should be a valid string"),
        (
            json!({ "display_name": "x".repeat(256) }),
            400,
            "String should have at most 255 characters",
        ),
        (json!({ "notes": 5 }), 400, "Input should be a valid string"),
        (json!({ "email": "x" }), 400, "Invalid email address"),
        (json!({ "organization": null }), 404, "Not Found"),
        (json!({ "organization": "" }), 404, "Not Found"),
        (json!({ "organization": "bob" }), 404, "Not Found"),
        (json!({ "organization": "no" }), 404, "Not Found"),
        (json!({ "organization": 1 }), 400, "Input should be a valid string"),
        // Fields are validated before the organization is looked up.
        (
            json!({ "organization": "no", "phone": "1".repeat(21) }),
            400,
            "String should have at most 20 characters",
        ),
    ] {
        let response = jane.patch(&at("ann"), body.clone()).await;
        assert_eq!(response.status, status, "{body}: {response}");
        assert_eq!(response.text_at("/detail"), expected, "{body}");
    }
    assert_eq!(jane.get(&at("ann")).await.text(), before.text());
}

#[actix_web::test]
async fn a_contact_that_moves_loses_its_tags() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    let acme = create_org(&jane, "Acme").await;
    for (n, method) in ["PATCH", "PUT"].into_iter().enumerate() {
        let made = create(&jane, "jane", &format!("Ann {n}")).await;
        let slug = made.text_at("/slug");
        tag(&jane, "jane", &slug, json!(["vip"])).await;
        let body = json!({ "organization": acme, "first_name": "A" });

        let moved = jane.send_json(method, &at(&slug), body.clone()).await;

        assert_eq!(moved.status, 200, "{moved}");
        assert_eq!(moved.text_at("/organization"), acme);
        assert_eq!(moved.json()["tags"], json!([]), "{moved}");
        // The contact is no longer in the old organization, and its tag has no target.
        let tagged = jane.get(&format!("{CONTACTS}?tag=vip")).await;
        assert_eq!(tagged.json()["count"], 0);
        let path = format!("/api/v1/orgs/jane/tags/contacts/contact/{slug}/");
        assert_eq!(jane.post(&path, json!(["x"])).await.status, 404);
        tag(&jane, &acme, &slug, json!(["vip"])).await;
        // A change within the same organization keeps the tags.
        let stayed = jane.send_json(method, &at(&slug), body).await;
        assert_eq!(stayed.text_at("/tags/0/organization"), acme);
        jane.delete(&at(&slug), ()).await;
    }
}
