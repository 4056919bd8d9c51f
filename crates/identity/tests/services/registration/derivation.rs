//! User names derived from email addresses.

use std::{collections::HashSet, sync::Arc};

use loggia_identity::{Accounts, Error, NewAccount, NewUsername};

use super::{derived, register_by_local_part};
use crate::{
    assert_refused,
    fixtures::{Fixture, at_once, person, username},
};

/// Source: Django 5.2, `utils/text.py`, `slugify`, for the slugs.
#[tokio::test]
async fn derives_names_and_slugs_as_documented() {
    let fixture = Fixture::new().await;
    let mut seen = Vec::new();
    for address in [
        "jane.doe@ex.com",
        "jane.doe@goo.com",
        "Jane.Doe@z.com",
        "Alice.Smith+x@ex.com",
        "-@ex.com",
    ] {
        let account = register_by_local_part(&fixture, address).await;
        seen.push((account.username.as_str().to_owned(), account.slug.as_str().to_owned()));
    }
    let expected = [
        ("jane.doe", "janedoe"),
        ("jane.doe-1", "janedoe-1"),
        ("Jane.Doe", "janedoe-2"),
        ("Alice.Smithx", "alicesmithx"),
        ("user", "user"),
    ];
    assert_eq!(seen, expected.map(|(name, slug)| (name.to_owned(), slug.to_owned())));
}

/// An address that is a valid username is one.
#[tokio::test]
async fn takes_the_whole_address_as_the_user_name_while_it_is_free() {
    let fixture = Fixture::new().await;
    let mut first = person("x");
    first.username = NewUsername::Given(username("bob@example.com"));
    fixture.accounts.register(&mut fixture.work(), first).await.unwrap();

    let bob = derived(NewUsername::FromEmail, "bob@example.com");
    let eve = derived(NewUsername::FromEmail, "eve@example.com");

    let bob = fixture.accounts.register(&mut fixture.work(), bob).await.unwrap();
    let eve = fixture.accounts.register(&mut fixture.work(), eve).await.unwrap();
    assert_eq!(bob.username.as_str(), "bob");
    assert_eq!(eve.username.as_str(), "eve@example.com");
}

#[tokio::test]
async fn a_long_name_is_truncated_for_its_suffix() {
    let fixture = Fixture::new().await;
    let long = "a".repeat(60);
    let first = register_by_local_part(&fixture, &format!("{long}@ex.com")).await;
    let second = register_by_local_part(&fixture, &format!("{long}@goo.com")).await;
    assert_eq!(first.username.as_str(), "a".repeat(50));
    assert_eq!(second.username.as_str(), format!("{}-1", "a".repeat(48)));
    assert_eq!(second.slug.as_str(), second.username.as_str());
}

#[tokio::test]
async fn given_names_do_not_slow_down_the_derivation_of_names() {
    let fixture = Fixture::new().await;
    fixture.register("bob").await;
    fixture.register("bob-4294967295").await;
    for power in 0..32 {
        fixture.register(&format!("bob-{}", 1_u32 << power)).await;
    }

    let account = register_by_local_part(&fixture, "bob@goo.com").await;

    assert!(account.username.as_str().starts_with("bob-"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_concurrent_registrations_with_one_derived_name_all_succeed() {
    let fixture = Fixture::new().await;

    let accounts = at_once(20, |n| {
        let fixture = Arc::clone(&fixture);
        async move { register_by_local_part(&fixture, &format!("alice@example{n}.com")).await }
    })
    .await;

    let names: HashSet<_> = accounts.iter().map(|a| a.username.as_str()).collect();
    let slugs: HashSet<_> = accounts.iter().map(|a| a.slug.as_str()).collect();
    let mut expected: HashSet<_> = (1..20).map(|n| format!("alice-{n}")).collect();
    expected.insert("alice".to_owned());
    let expected: HashSet<_> = expected.iter().map(String::as_str).collect();
    assert_eq!(names, expected);
    assert_eq!(slugs, expected);
}

#[tokio::test]
async fn a_derived_name_needs_an_address() {
    let fixture = Fixture::new().await;
    for source in [NewUsername::FromLocalPart, NewUsername::FromEmail] {
        let new = NewAccount::new(source, None, None);
        assert_refused!(fixture.accounts.register(&mut fixture.work(), new).await, Error::NotFound);
    }
}
