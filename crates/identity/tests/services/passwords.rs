//! Tests of passwords: change, set, and import from Django.

use std::sync::Arc;

use loggia_identity::{
    Account, Accounts, Caller, Error, Passwords, Sessions, Subject,
    passwords::{Attribute, UserAttributes, Weakness},
};
use loggia_kernel::AccountId;

use crate::{
    assert_refused,
    fixtures::{Fixture, HERE, OTHER, PASSWORD, at_once, password},
};

/// [`PASSWORD`], as Django's `MD5PasswordHasher` stores it.
const DJANGO_HASH: &str = "md5$abcdefghijklmnopqrstuv$0627dc733edaf121318952100a0694cc";

async fn caller(fixture: &Fixture, account: &Account) -> Caller {
    let tokens =
        fixture.sessions.open(&mut fixture.work(), account, Subject::Number).await.unwrap();
    fixture.sessions.caller(&mut fixture.work(), &tokens.access).await.unwrap()
}

#[tokio::test]
async fn a_change_requires_the_current_password_and_then_a_strong_one() {
    let fixture = Fixture::new().await;
    let account = fixture.register("alice").await;
    let caller = caller(&fixture, &account).await;
    let change = async |current: &str, new: &str| {
        let (current, new) = (password(current), password(new));
        fixture.passwords.change(&mut fixture.work(), &caller, &current, &new, HERE).await
    };

    assert_refused!(change(OTHER, "1").await, Error::WrongPassword);
    match change(PASSWORD, "alice").await {
        Err(Error::WeakPassword(found)) => assert_eq!(
            found,
            [
                Weakness::TooSimilar(Attribute::Username),
                Weakness::TooShort { min: 8 },
                Weakness::TooCommon
            ]
        ),
        other => panic!("{other:?}"),
    }
    assert!(fixture.log_in("alice", PASSWORD).await.is_ok());
    change(PASSWORD, OTHER).await.unwrap();
    assert_refused!(change(PASSWORD, OTHER).await, Error::WrongPassword);
}

#[tokio::test]
async fn confirms_the_callers_own_password() {
    let fixture = Fixture::new().await;
    let account = fixture.register("alice").await;
    let confirm = async |given: &str| {
        let given = password(given);
        fixture.passwords.confirm(&mut fixture.work(), &account, &given, HERE).await
    };
    confirm(PASSWORD).await.unwrap();
    assert_refused!(confirm(OTHER).await, Error::WrongPassword);
    fixture.accounts.delete(&mut fixture.work(), account.id).await.unwrap();
    assert_refused!(confirm(PASSWORD).await, Error::WrongPassword);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_concurrent_changes_of_one_password_one_succeeds() {
    let fixture = Fixture::new().await;
    let account = fixture.register("alice").await;
    let caller = Arc::new(caller(&fixture, &account).await);

    let outcomes = at_once(20, |n| {
        let (fixture, caller) = (Arc::clone(&fixture), Arc::clone(&caller));
        async move {
            let (old, new) = (password(PASSWORD), password(&format!("{OTHER}{n}")));
            (n, fixture.passwords.change(&mut fixture.work(), &caller, &old, &new, HERE).await)
        }
    })
    .await;

    let mut winner = None;
    for (n, outcome) in outcomes {
        match outcome {
            Ok(()) => assert_eq!(winner.replace(n), None),
            Err(Error::WrongPassword) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
    let winner = winner.unwrap();
    assert!(fixture.log_in("alice", &format!("{OTHER}{winner}")).await.is_ok());
}

#[tokio::test]
async fn an_operator_sets_or_removes_a_password() {
    let fixture = Fixture::new().await;
    let id = fixture.register("alice").await.id;

    fixture.passwords.set(&mut fixture.work(), id, Some(&password(OTHER))).await.unwrap();
    assert!(fixture.log_in("alice", OTHER).await.is_ok());

    fixture.passwords.set(&mut fixture.work(), id, None).await.unwrap();
    assert_refused!(fixture.log_in("alice", OTHER).await, Error::InvalidCredentials);
    assert_refused!(
        fixture.passwords.set(&mut fixture.work(), AccountId::new(999), None).await,
        Error::NotFound
    );
}

#[tokio::test]
async fn djangos_hash_is_verified_and_replaced_at_the_next_successful_login() {
    let fixture = Fixture::new().await;
    let id = fixture.register("alice").await.id;
    fixture.store_hash(id, DJANGO_HASH).await;

    assert_refused!(fixture.log_in("alice", OTHER).await, Error::InvalidCredentials);
    assert_eq!(fixture.stored_hash(id).await.as_deref(), Some(DJANGO_HASH));
    assert!(fixture.log_in("alice", PASSWORD).await.is_ok());

    let hash = fixture.stored_hash(id).await.unwrap();
    assert!(hash.starts_with("$argon2id$"));
    assert!(fixture.log_in("alice", PASSWORD).await.is_ok());
    assert_eq!(fixture.stored_hash(id).await, Some(hash));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_concurrent_logins_with_djangos_hash_all_succeed() {
    let fixture = Fixture::new().await;
    let id = fixture.register("alice").await.id;
    fixture.store_hash(id, DJANGO_HASH).await;

    let outcomes = at_once(20, |n| {
        let fixture = Arc::clone(&fixture);
        async move {
            if n % 2 == 0 {
                fixture.log_in_opaque("alice", PASSWORD).await.map(drop)
            } else {
                fixture.log_in("alice", PASSWORD).await.map(drop)
            }
        }
    })
    .await;

    for outcome in outcomes {
        outcome.unwrap();
    }
}

#[tokio::test]
async fn a_concurrent_rehash_does_not_fail_a_change() {
    let fixture = Fixture::new().await;
    let account = fixture.register("alice").await;
    fixture.store_hash(account.id, DJANGO_HASH).await;
    let caller = caller(&fixture, &account).await;

    let (old, new) = (password(PASSWORD), password(OTHER));
    let mut work = fixture.work();
    let (changed, _) = tokio::join!(
        fixture.passwords.change(&mut work, &caller, &old, &new, HERE),
        fixture.log_in("alice", PASSWORD),
    );

    changed.unwrap();
    assert!(fixture.log_in("alice", OTHER).await.is_ok());
}

#[tokio::test]
async fn compares_a_password_with_the_attributes_of_the_account() {
    let fixture = Fixture::new().await;
    let account = fixture.register("wintermute").await;
    let found =
        fixture.passwords.weaknesses(&password("Wintermute1"), &UserAttributes::of(&account));
    assert_eq!(found, [Weakness::TooSimilar(Attribute::Username)]);
}
