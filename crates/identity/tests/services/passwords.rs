//! Tests of passwords: change, set, and import from Django.

use std::sync::Arc;

use loggia_identity::{
    Account, Accounts, Caller, Error, Passwords, Sessions, Subject,
    passwords::{Attribute, UserAttributes, Weakness},
};
use loggia_kernel::AccountId;

use crate::{
    assert_refused,
    world::{HERE, OTHER, PASSWORD, World, at_once, password},
};

/// [`PASSWORD`], as Django's `MD5PasswordHasher` stores it.
const DJANGO_HASH: &str = "md5$abcdefghijklmnopqrstuv$0627dc733edaf121318952100a0694cc";

async fn caller(world: &World, account: &Account) -> Caller {
    let tokens = world
        .sessions
        .open(&mut world.work(), account, Subject::Number)
        .await
        .unwrap();
    world
        .sessions
        .caller(&mut world.work(), &tokens.access)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_change_requires_the_current_password_and_then_a_strong_one() {
    let world = World::new().await;
    let account = world.register("alice").await;
    let caller = caller(&world, &account).await;
    let change = async |current: &str, new: &str| {
        let (current, new) = (password(current), password(new));
        world
            .passwords
            .change(&mut world.work(), &caller, &current, &new, HERE)
            .await
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
    assert!(world.log_in("alice", PASSWORD).await.is_ok());
    change(PASSWORD, OTHER).await.unwrap();
    assert_refused!(change(PASSWORD, OTHER).await, Error::WrongPassword);
}

#[tokio::test]
async fn confirms_the_callers_own_password() {
    let world = World::new().await;
    let account = world.register("alice").await;
    let confirm = async |given: &str| {
        let given = password(given);
        world
            .passwords
            .confirm(&mut world.work(), &account, &given, HERE)
            .await
    };
    confirm(PASSWORD).await.unwrap();
    assert_refused!(confirm(OTHER).await, Error::WrongPassword);
    world
        .accounts
        .delete(&mut world.work(), account.id)
        .await
        .unwrap();
    assert_refused!(confirm(PASSWORD).await, Error::WrongPassword);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_concurrent_changes_of_one_password_one_succeeds() {
    let world = World::new().await;
    let account = world.register("alice").await;
    let caller = Arc::new(caller(&world, &account).await);

    let outcomes = at_once(20, |n| {
        let (world, caller) = (Arc::clone(&world), Arc::clone(&caller));
        async move {
            let (old, new) = (password(PASSWORD), password(&format!("{OTHER}{n}")));
            (
                n,
                world
                    .passwords
                    .change(&mut world.work(), &caller, &old, &new, HERE)
                    .await,
            )
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
    assert!(
        world
            .log_in("alice", &format!("{OTHER}{winner}"))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn an_operator_sets_or_removes_a_password() {
    let world = World::new().await;
    let id = world.register("alice").await.id;

    world
        .passwords
        .set(&mut world.work(), id, Some(&password(OTHER)))
        .await
        .unwrap();
    assert!(world.log_in("alice", OTHER).await.is_ok());

    world
        .passwords
        .set(&mut world.work(), id, None)
        .await
        .unwrap();
    assert_refused!(
        world.log_in("alice", OTHER).await,
        Error::InvalidCredentials
    );
    assert_refused!(
        world
            .passwords
            .set(&mut world.work(), AccountId::new(999), None)
            .await,
        Error::NotFound
    );
}

#[tokio::test]
async fn djangos_hash_is_verified_and_replaced_at_the_next_successful_login() {
    let world = World::new().await;
    let id = world.register("alice").await.id;
    world.store_hash(id, DJANGO_HASH).await;

    assert_refused!(
        world.log_in("alice", OTHER).await,
        Error::InvalidCredentials
    );
    assert_eq!(world.stored_hash(id).await.as_deref(), Some(DJANGO_HASH));
    assert!(world.log_in("alice", PASSWORD).await.is_ok());

    let hash = world.stored_hash(id).await.unwrap();
    assert!(hash.starts_with("$argon2id$"));
    assert!(world.log_in("alice", PASSWORD).await.is_ok());
    assert_eq!(world.stored_hash(id).await, Some(hash));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_concurrent_logins_with_djangos_hash_all_succeed() {
    let world = World::new().await;
    let id = world.register("alice").await.id;
    world.store_hash(id, DJANGO_HASH).await;

    let outcomes = at_once(20, |n| {
        let world = Arc::clone(&world);
        async move {
            if n % 2 == 0 {
                world.log_in_opaque("alice", PASSWORD).await.map(drop)
            } else {
                world.log_in("alice", PASSWORD).await.map(drop)
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
    let world = World::new().await;
    let account = world.register("alice").await;
    world.store_hash(account.id, DJANGO_HASH).await;
    let caller = caller(&world, &account).await;

    let (old, new) = (password(PASSWORD), password(OTHER));
    let mut work = world.work();
    let (changed, _) = tokio::join!(
        world.passwords.change(&mut work, &caller, &old, &new, HERE),
        world.log_in("alice", PASSWORD),
    );

    changed.unwrap();
    assert!(world.log_in("alice", OTHER).await.is_ok());
}

#[tokio::test]
async fn compares_a_password_with_the_attributes_of_the_account() {
    let world = World::new().await;
    let account = world.register("wintermute").await;
    let found = world
        .passwords
        .weaknesses(&password("Wintermute1"), &UserAttributes::of(&account));
    assert_eq!(found, [Weakness::TooSimilar(Attribute::Username)]);
}
