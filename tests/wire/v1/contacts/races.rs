//! Contacts created, moved and deleted concurrently.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::json;

use super::{CONTACTS, NOT_FOUND, at, create, create_org, tag};
use crate::app::TestApp;

#[actix_web::test]
async fn twenty_contacts_with_one_name_get_distinct_slugs() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    let body = json!({ "organization": "jane", "display_name": "Jane Doe" });

    let responses = join_all((0..20).map(|_| jane.post(CONTACTS, body.clone()))).await;

    let mut slugs = BTreeSet::new();
    for response in &responses {
        assert_eq!(response.status, 200, "{response}");
        slugs.insert(response.text_at("/slug"));
    }
    assert_eq!(slugs.len(), 20);
    for slug in slugs {
        let number = slug.strip_prefix("jane-doe").expect("its name");
        let number: u32 = number.trim_start_matches('-').parse().unwrap_or_default();
        assert!(number < 20, "{slug}");
    }
    assert_eq!(jane.get(CONTACTS).await.json()["count"], 20);
}

#[actix_web::test]
async fn twenty_changes_to_one_name_get_distinct_slugs() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    for n in 0..20 {
        create(&jane, "jane", &format!("c{n}")).await;
    }

    let responses = join_all((0..20).map(async |n| {
        let body = json!({ "display_name": "Ann" });
        jane.patch(&at(&format!("c{n}")), body).await
    }))
    .await;

    let slugs: BTreeSet<_> = responses.iter().map(|response| response.text_at("/slug")).collect();
    assert_eq!(slugs.len(), 20);
}

#[actix_web::test]
async fn of_concurrent_moves_and_deletions_one_deletion_succeeds() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    let acme = create_org(&jane, "Acme").await;
    create(&jane, "jane", "Ann").await;
    tag(&jane, "jane", "ann", json!(["vip"])).await;

    let responses = join_all((0..20).map(async |n| {
        let org = if n % 4 == 0 { "jane" } else { &acme };
        match n % 2 {
            0 => jane.patch(&at("ann"), json!({ "organization": org })).await,
            _ => jane.delete(&at("ann"), ()).await,
        }
    }))
    .await;

    let deleted = responses.iter().filter(|response| response.text().contains("Contact deleted."));
    assert_eq!(deleted.count(), 1);
    for response in &responses {
        assert!(response.status == 200 || response.to_string() == NOT_FOUND, "{response}");
    }
    assert_eq!(jane.get(CONTACTS).await.text(), r#"{"items":[],"count":0}"#);
    let tagged = jane.get(&format!("{CONTACTS}?tag=vip")).await;
    assert_eq!(tagged.json()["count"], 0);
}

#[actix_web::test]
async fn contacts_created_while_their_organization_is_deleted_leave_nothing() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    let acme = create_org(&jane, "Acme").await;
    let path = format!("/api/v1/orgs/{acme}/");

    let responses = join_all((0..20).map(async |n| {
        if n == 10 {
            return jane.delete(&path, ()).await;
        }
        let body = json!({ "organization": acme, "display_name": "Ann" });
        jane.post(CONTACTS, body).await
    }))
    .await;

    for response in &responses {
        assert!(
            matches!(response.status.as_u16(), 200 | 204) || response.to_string() == NOT_FOUND,
            "{response}"
        );
    }
    assert_eq!(jane.get(CONTACTS).await.text(), r#"{"items":[],"count":0}"#);
}
