//! Tests of one-time tokens: permitted operations, and single use.

use std::{sync::Arc, time::Duration};

use loggia_identity::{
    AccountPatch, Accounts, EmailKind, Error, LinkError, OneTimeTokens, PasswordReset, Passwords,
    Sessions,
};
use loggia_kernel::{AccountId, Change};

use crate::{
    assert_refused,
    world::{HERE, OTHER, PASSWORD, World, address, at_once, password, username},
};

const HOUR: Duration = Duration::from_secs(60 * 60);

async fn reset(
    world: &World,
    token: &str,
    owner: Option<AccountId>,
    new: &str,
) -> loggia_identity::Result<()> {
    let reset = PasswordReset {
        token,
        owner,
        password: &password(new),
    };
    world
        .one_time
        .reset_password(&mut world.work(), reset)
        .await
        .map(drop)
}

#[tokio::test]
async fn a_reset_sets_the_password_once() {
    let world = World::new().await;
    let id = world.register("alice").await.id;
    let token = world.reset_token("alice").await;
    assert_eq!(token.len(), 43);

    reset(&world, &token, Some(id), OTHER).await.unwrap();

    assert!(world.log_in("alice", OTHER).await.is_ok());
    assert_refused!(
        world.log_in("alice", PASSWORD).await,
        Error::InvalidCredentials
    );
    let again = reset(&world, &token, None, PASSWORD).await;
    assert_refused!(again, Error::InvalidLink(LinkError::Invalid));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_concurrent_uses_of_one_token_one_succeeds() {
    let world = World::new().await;
    world.register("alice").await;
    let token = world.reset_token("alice").await;

    let outcomes = at_once(20, |n| {
        let (world, token) = (Arc::clone(&world), token.clone());
        async move {
            (
                n,
                reset(&world, &token, None, &format!("{PASSWORD}{n}")).await,
            )
        }
    })
    .await;

    let mut winner = None;
    for (n, outcome) in outcomes {
        match outcome {
            Ok(()) => assert_eq!(winner.replace(n), None),
            Err(Error::InvalidLink(LinkError::Invalid)) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
    let winner = winner.unwrap();
    assert!(
        world
            .log_in("alice", &format!("{PASSWORD}{winner}"))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_newer_token_replaces_the_older() {
    let world = World::new().await;
    world.register("alice").await;
    let (older, newer) = (
        world.reset_token("alice").await,
        world.reset_token("alice").await,
    );

    assert_refused!(
        reset(&world, &older, None, OTHER).await,
        Error::InvalidLink(LinkError::Invalid)
    );
    reset(&world, &newer, None, OTHER).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_concurrently_issued_tokens_one_is_valid() {
    let world = World::new().await;
    world.register("alice").await;

    let tokens = at_once(20, |_| {
        let world = Arc::clone(&world);
        async move { world.reset_token("alice").await }
    })
    .await;

    let mut good = 0;
    for token in tokens {
        good += usize::from(reset(&world, &token, None, OTHER).await.is_ok());
    }
    assert_eq!(good, 1);
}

#[tokio::test]
async fn are_valid_until_their_expiry_and_then_deleted() {
    let world = World::new().await;
    world.register("alice").await;

    let token = world.reset_token("alice").await;
    world.clock.advance(HOUR);
    reset(&world, &token, None, OTHER).await.unwrap();

    let token = world.reset_token("alice").await;
    world.clock.advance(HOUR + Duration::from_micros(1));
    assert_refused!(
        reset(&world, &token, None, OTHER).await,
        Error::InvalidLink(LinkError::Expired)
    );
    assert_refused!(
        reset(&world, &token, None, OTHER).await,
        Error::InvalidLink(LinkError::Invalid)
    );
}

#[tokio::test]
async fn a_rejected_request_does_not_consume_the_token() {
    let world = World::new().await;
    let alice = world.register("alice").await.id;
    let bob = world.register("bob").await.id;
    let token = world.reset_token("alice").await;

    assert_refused!(
        reset(&world, &token, None, "1234567").await,
        Error::WeakPassword(_)
    );
    let similar = "alice@example.com";
    assert_refused!(
        reset(&world, &token, None, similar).await,
        Error::WeakPassword(_)
    );
    assert_refused!(
        reset(&world, &token, Some(bob), OTHER).await,
        Error::InvalidLink(LinkError::Invalid)
    );
    let unknown = Some(AccountId::new(999));
    assert_refused!(reset(&world, &token, unknown, OTHER).await, Error::NotFound);

    reset(&world, &token, Some(alice), OTHER).await.unwrap();
}

#[tokio::test]
async fn are_valid_for_one_purpose() {
    let world = World::new().await;
    let id = world.register("alice").await.id;
    world
        .accounts
        .set_active(&mut world.work(), id, true)
        .await
        .unwrap();
    let activation = world
        .one_time
        .issue_activation(&mut world.work(), id, world.in_an_hour())
        .await
        .unwrap()
        .token;
    let by_letter = async |kind| world.issue(&kind).await.unwrap().token;
    let password_reset = by_letter(EmailKind::PasswordReset(address("alice"))).await;
    let username_reset = by_letter(EmailKind::UsernameReset(address("alice"))).await;
    let email_change = by_letter(EmailKind::EmailChange {
        account: id,
        new_email: address("new"),
    })
    .await;

    for token in [&activation, &username_reset, &email_change, &String::new()] {
        let outcome = reset(&world, token, None, OTHER).await;
        assert_refused!(outcome, Error::InvalidLink(LinkError::Invalid));
    }
    for token in [&activation, &password_reset, &email_change] {
        let outcome = world
            .one_time
            .reset_username(&mut world.work(), token, id, username("x"))
            .await;
        assert_refused!(outcome, Error::InvalidLink(LinkError::Invalid));
    }
    for token in [&password_reset, &username_reset, &email_change] {
        let outcome = world.one_time.activate(&mut world.work(), token, id).await;
        assert_refused!(outcome, Error::InvalidLink(LinkError::Invalid));
    }
    for token in [&activation, &password_reset, &username_reset] {
        let outcome = world.one_time.change_email(&mut world.work(), token).await;
        assert_refused!(outcome, Error::InvalidLink(LinkError::Invalid));
    }
    assert_refused!(
        world
            .one_time
            .activate(&mut world.work(), &activation, id)
            .await,
        Error::AlreadyActive
    );
}

#[tokio::test]
async fn all_become_invalid_when_one_is_used_or_password_address_or_activity_change() {
    let world = World::new().await;
    let id = world.register("alice").await.id;
    let tokens = world.log_in("alice", PASSWORD).await.unwrap();
    let caller = world
        .sessions
        .caller(&mut world.work(), &tokens.access)
        .await
        .unwrap();
    for event in ["use", "change", "set", "address", "deactivate"] {
        let address_now = world
            .accounts
            .by_id(&mut world.work(), id)
            .await
            .unwrap()
            .email
            .unwrap();
        let name_token = world
            .issue(&EmailKind::UsernameReset(address_now.clone()))
            .await
            .unwrap();
        let token = world
            .issue(&EmailKind::PasswordReset(address_now))
            .await
            .unwrap();
        match event {
            "use" => world
                .one_time
                .reset_username(&mut world.work(), &name_token.token, id, username("alice2"))
                .await
                .map(drop),
            "change" => {
                let same = password(PASSWORD);
                world
                    .passwords
                    .change(&mut world.work(), &caller, &same, &same, HERE)
                    .await
            }
            "set" => {
                world
                    .passwords
                    .set(&mut world.work(), id, Some(&password(PASSWORD)))
                    .await
            }
            "address" => {
                let patch = AccountPatch {
                    email: Change::Set(address("elsewhere")),
                    ..AccountPatch::default()
                };
                world
                    .accounts
                    .update(&mut world.work(), id, patch)
                    .await
                    .map(drop)
            }
            _ => world
                .accounts
                .set_active(&mut world.work(), id, false)
                .await
                .map(drop),
        }
        .unwrap();

        for outcome in [
            reset(&world, &token.token, None, OTHER).await,
            world
                .one_time
                .reset_username(&mut world.work(), &name_token.token, id, username("x"))
                .await
                .map(drop),
        ] {
            match outcome {
                Err(Error::InvalidLink(LinkError::Invalid)) => {}
                other => panic!("{event}: {other:?}"),
            }
        }
    }
}

/// Django's tokens depend on the last login, too. Source: Django 5.2, `contrib/auth/tokens.py`.
#[tokio::test]
async fn an_opaque_login_invalidates_a_pending_reset_and_a_signed_one_does_not() {
    let world = World::new().await;
    world.register("alice").await;

    let token = world.reset_token("alice").await;
    world.log_in("alice", PASSWORD).await.unwrap();
    reset(&world, &token, None, PASSWORD).await.unwrap();

    let token = world.reset_token("alice").await;
    world.log_in_opaque("alice", PASSWORD).await.unwrap();
    let outcome = reset(&world, &token, None, OTHER).await;
    assert_refused!(outcome, Error::InvalidLink(LinkError::Invalid));
}

#[tokio::test]
async fn tokens_that_expired_long_ago_are_purged() {
    let world = World::new().await;
    world.register("alice").await;
    world.reset_token("alice").await;

    world.clock.advance(25 * HOUR);
    assert_eq!(world.one_time.purge(&mut world.work()).await.unwrap(), 0);
    world.clock.advance(HOUR);
    assert_eq!(world.one_time.purge(&mut world.work()).await.unwrap(), 1);
}
