//! Tests of registration: stored values, errors and concurrent requests.

use std::{collections::HashSet, sync::Arc};

use loggia_identity::{Account, Accounts, Error, Field, NewAccount, NewUsername, UniqueValues};
use loggia_kernel::{AccountId, Email, PageRequest};

use crate::{
    assert_refused,
    fixtures::{Fixture, PASSWORD, address, at_once, email, password, person, username},
};

fn derived(source: NewUsername, address: &str) -> NewAccount {
    NewAccount::new(source, Some(email(address)), Some(password(PASSWORD)))
}

async fn register_by_local_part(fixture: &Fixture, address: &str) -> Account {
    let new = derived(NewUsername::FromLocalPart, address);
    fixture.accounts.register(&mut fixture.work(), new).await.unwrap()
}

#[tokio::test]
async fn stores_the_given_values() {
    let fixture = Fixture::new().await;
    let new = NewAccount {
        first_name: "Ada".to_owned(),
        last_name: "Lovelace".to_owned(),
        phone_number: "+44 20".to_owned(),
        company_name: "Engines".to_owned(),
        ..person("ada")
    };

    let account = fixture.accounts.register(&mut fixture.work(), new).await.unwrap();

    assert_eq!(account.username, username("ada"));
    assert_eq!(account.email, Some(address("ada")));
    assert_eq!(account.full_name(), "Ada Lovelace");
    assert_eq!(account.phone_number, "+44 20");
    assert_eq!(account.company_name, "Engines");
    assert_eq!(account.role, "user");
    assert_eq!(account.slug.as_str(), "ada");
    assert!(account.is_active && !account.is_staff && !account.is_superuser);
    assert_eq!(account.last_login_at, None);
    for found in [
        fixture.accounts.by_id(&mut fixture.work(), account.id).await,
        fixture.accounts.by_email(&mut fixture.work(), &email("ADA@example.com")).await,
        fixture.accounts.by_username(&mut fixture.work(), &username("ada")).await,
    ] {
        assert_eq!(found.unwrap(), account);
    }
}

#[tokio::test]
async fn a_superuser_is_staff() {
    let fixture = Fixture::new().await;
    let root = fixture.register_superuser("root").await;
    assert!(root.is_superuser && root.is_staff);
}

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

#[tokio::test]
async fn lists_accounts_in_the_order_of_their_ids() {
    let fixture = Fixture::new().await;
    for name in ["c", "a", "b"] {
        fixture.register(name).await;
    }

    let page = fixture.accounts.list(&mut fixture.work(), PageRequest::new(2, 1)).await.unwrap();

    let names: Vec<_> = page.items.iter().map(|a| a.username.as_str()).collect();
    assert_eq!((names, page.count), (vec!["a", "b"], 3));
}

#[tokio::test]
async fn iterates_over_all_accounts_in_the_order_of_their_ids() {
    let fixture = Fixture::new().await;
    for name in ["c", "a", "b"] {
        fixture.register(name).await;
    }
    let ids = async |last| {
        let accounts = fixture.accounts.list_after(&mut fixture.work(), last).await.unwrap();
        accounts.iter().map(|a| a.id).collect::<Vec<_>>()
    };

    let all = ids(None).await;

    assert_eq!(all.len(), 3);
    assert!(all.is_sorted());
    assert_eq!(ids(Some(all[0])).await, all[1..]);
    assert_eq!(ids(Some(all[2])).await, []);
}
