//! Unique user names and email addresses, under concurrent registrations too.

use std::sync::Arc;

use loggia_identity::{Accounts, Error, Field, NewAccount, UniqueValues};
use loggia_kernel::{AccountId, Email, PageRequest};

use crate::{
    assert_refused,
    fixtures::{Fixture, address, at_once, email, person, username},
};

#[tokio::test]
async fn email_addresses_are_unique_regardless_of_case() {
    let fixture = Fixture::new().await;
    fixture.register("alice").await;

    let new = NewAccount { email: Some(email("ALICE@Example.COM")), ..person("other") };

    assert_refused!(
        fixture.accounts.register(&mut fixture.work(), new).await,
        Error::Taken { field: Field::Email }
    );
}

#[tokio::test]
async fn user_names_are_unique_case_sensitively() {
    let fixture = Fixture::new().await;
    fixture.register("alice").await;

    let same = NewAccount { email: Some(address("other")), ..person("alice") };
    let other_case = NewAccount { email: Some(address("third")), ..person("Alice") };

    assert_refused!(
        fixture.accounts.register(&mut fixture.work(), same).await,
        Error::Taken { field: Field::Username }
    );
    let account = fixture.accounts.register(&mut fixture.work(), other_case).await.unwrap();
    assert_eq!(account.slug.as_str(), "alice-1");
}

#[tokio::test]
async fn several_accounts_may_have_no_address() {
    let fixture = Fixture::new().await;
    for name in ["one", "two"] {
        let new = NewAccount { email: None, ..person(name) };
        assert_eq!(fixture.accounts.register(&mut fixture.work(), new).await.unwrap().email, None);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_concurrent_registrations_with_one_address_one_succeeds() {
    let fixture = Fixture::new().await;

    let outcomes = at_once(20, |n| {
        let fixture = Arc::clone(&fixture);
        async move {
            let new = NewAccount {
                email: Some(address(if n % 2 == 0 { "alice" } else { "Alice" })),
                ..person(&format!("alice{n}"))
            };
            fixture.accounts.register(&mut fixture.work(), new).await
        }
    })
    .await;

    let mut registered = 0;
    for outcome in outcomes {
        match outcome {
            Ok(_) => registered += 1,
            Err(Error::Taken { field: Field::Email }) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
    assert_eq!(registered, 1);
    let all = fixture.accounts.list(&mut fixture.work(), PageRequest::new(100, 0)).await.unwrap();
    assert_eq!(all.count, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_concurrent_registrations_with_one_user_name_one_succeeds() {
    let fixture = Fixture::new().await;

    let outcomes = at_once(20, |n| {
        let fixture = Arc::clone(&fixture);
        async move {
            let new = NewAccount { email: Some(address(&format!("alice{n}"))), ..person("alice") };
            fixture.accounts.register(&mut fixture.work(), new).await
        }
    })
    .await;

    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    for error in outcomes.into_iter().filter_map(Result::err) {
        assert!(matches!(error, Error::Taken { field: Field::Username }), "{error:?}");
    }
}

#[tokio::test]
async fn reports_which_values_are_taken() {
    let fixture = Fixture::new().await;
    let alice = fixture.register("alice").await;
    let (name, other_case) = (username("alice"), email("Alice@example.com"));
    let check = async |except: Option<AccountId>, address: Option<&Email>| {
        let wanted = UniqueValues { username: Some(&name), email: address, except };
        fixture.accounts.taken(&mut fixture.work(), wanted).await.unwrap()
    };

    assert_eq!(check(None, Some(&other_case)).await, [Field::Username, Field::Email]);
    assert_eq!(check(None, None).await, [Field::Username]);
    assert_eq!(check(Some(alice.id), Some(&other_case)).await, []);
}

#[tokio::test]
async fn the_availability_of_a_user_name_ignores_case() {
    let fixture = Fixture::new().await;
    let alice = fixture.register("Alice").await;
    let check = async |name: &str, except| {
        let free = fixture.accounts.is_username_free(&mut fixture.work(), name, except).await;
        free.unwrap()
    };
    assert!(!check("aLiCe", None).await);
    assert!(check("aLiCe", Some(alice.id)).await);
    assert!(check("alic", None).await);
    assert!(check("alice\0", None).await);
}
