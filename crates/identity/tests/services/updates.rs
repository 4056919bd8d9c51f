//! Tests of changes of an account.

use std::{collections::HashSet, sync::Arc};

use loggia_identity::{AccountPatch, Accounts, Error, Field};
use loggia_kernel::{AccountId, Change};

use crate::{
    assert_refused,
    fixtures::{Fixture, address, at_once, email, username},
};

#[tokio::test]
async fn changes_the_given_fields_only() {
    let fixture = Fixture::new().await;
    let before = fixture.register("alice").await;
    let patch = AccountPatch {
        first_name: Some("Alice".to_owned()),
        about: Some("me".to_owned()),
        ..AccountPatch::default()
    };

    let after = fixture.accounts.update(&mut fixture.work(), before.id, patch).await.unwrap();

    assert_eq!(after.first_name, "Alice");
    assert_eq!(after.about, "me");
    assert_eq!(after.username, before.username);
    assert_eq!(after.email, before.email);
    assert_eq!(fixture.accounts.by_id(&mut fixture.work(), before.id).await.unwrap(), after);
}

#[tokio::test]
async fn an_address_can_be_changed_and_removed() {
    let fixture = Fixture::new().await;
    let id = fixture.register("alice").await.id;
    let change = async |email| {
        let patch = AccountPatch { email, ..AccountPatch::default() };
        fixture.accounts.update(&mut fixture.work(), id, patch).await.unwrap().email
    };

    let other_case = email("ALICE@example.com");
    assert_eq!(change(Change::Set(other_case.clone())).await, Some(other_case));
    assert_eq!(change(Change::Set(address("new"))).await, Some(address("new")));
    assert_eq!(change(Change::Clear).await, None);
}

#[tokio::test]
async fn a_taken_username_or_email_is_rejected() {
    let fixture = Fixture::new().await;
    fixture.register("alice").await;
    let bob = fixture.register("bob").await;

    let name = AccountPatch { username: Some(username("alice")), ..AccountPatch::default() };
    let mail =
        AccountPatch { email: Change::Set(email("ALICE@example.com")), ..AccountPatch::default() };

    assert_refused!(
        fixture.accounts.update(&mut fixture.work(), bob.id, name).await,
        Error::Taken { field: Field::Username }
    );
    assert_refused!(
        fixture.accounts.update(&mut fixture.work(), bob.id, mail).await,
        Error::Taken { field: Field::Email }
    );
    assert_eq!(fixture.accounts.by_id(&mut fixture.work(), bob.id).await.unwrap(), bob);
}

#[tokio::test]
async fn the_slug_follows_the_user_name_only_on_request() {
    let fixture = Fixture::new().await;
    let id = fixture.register("alice").await.id;
    let rename = async |name: &str, is_slug_renewed| {
        let patch = AccountPatch {
            username: Some(username(name)),
            is_slug_renewed,
            ..AccountPatch::default()
        };
        let account = fixture.accounts.update(&mut fixture.work(), id, patch).await.unwrap();
        account.slug.as_str().to_owned()
    };

    assert_eq!(rename("carol", false).await, "alice");
    assert_eq!(rename("carol", true).await, "carol");
    // Its own slug is free for itself.
    assert_eq!(rename("Carol", true).await, "carol");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_concurrent_changes_to_one_slug_all_succeed() {
    let fixture = Fixture::new().await;
    let mut ids = Vec::new();
    for n in 0..20 {
        ids.push(fixture.register(&format!("p{n}")).await.id);
    }

    let slugs = at_once(20, |n| {
        let (fixture, id) = (Arc::clone(&fixture), ids[n]);
        async move {
            let patch = AccountPatch {
                // Twenty names with one slug: trailing hyphens are removed.
                username: Some(username(&format!("same{}", "-".repeat(n)))),
                is_slug_renewed: true,
                ..AccountPatch::default()
            };
            let account = fixture.accounts.update(&mut fixture.work(), id, patch).await.unwrap();
            account.slug.as_str().to_owned()
        }
    })
    .await;

    let different: HashSet<_> = slugs.iter().collect();
    assert_eq!(different.len(), 20);
    assert!(slugs.iter().all(|slug| slug.starts_with("same")));
}

#[tokio::test]
async fn an_unknown_account_cannot_be_changed() {
    let fixture = Fixture::new().await;
    let unknown = AccountId::new(999);
    let patch = AccountPatch::default();
    assert_refused!(
        fixture.accounts.update(&mut fixture.work(), unknown, patch).await,
        Error::NotFound
    );
    assert_refused!(
        fixture.accounts.set_active(&mut fixture.work(), unknown, false).await,
        Error::NotFound
    );
    assert_refused!(fixture.accounts.delete(&mut fixture.work(), unknown).await, Error::NotFound);
}
