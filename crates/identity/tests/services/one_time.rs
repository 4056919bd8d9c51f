//! Tests of one-time tokens: permitted operations, and single use.

use std::{sync::Arc, time::Duration};

use loggia_identity::{
    AccountPatch, Accounts, EmailKind, Error, LinkError, OneTimeTokens, PasswordReset, Passwords,
    Sessions,
};
use loggia_kernel::{AccountId, Change};

use crate::{
    assert_refused,
    fixtures::{Fixture, HERE, OTHER, PASSWORD, address, at_once, password, username},
};

const HOUR: Duration = Duration::from_secs(60 * 60);

async fn reset(
    fixture: &Fixture,
    token: &str,
    owner: Option<AccountId>,
    new: &str,
) -> loggia_identity::Result<()> {
    let reset = PasswordReset { token, owner, password: &password(new) };
    fixture.one_time.reset_password(&mut fixture.work(), reset).await.map(drop)
}

#[tokio::test]
async fn a_reset_sets_the_password_once() {
    let fixture = Fixture::new().await;
    let id = fixture.register("alice").await.id;
    let token = fixture.reset_token("alice").await;
    assert_eq!(token.len(), 43);

    reset(&fixture, &token, Some(id), OTHER).await.unwrap();

    assert!(fixture.log_in("alice", OTHER).await.is_ok());
    assert_refused!(fixture.log_in("alice", PASSWORD).await, Error::InvalidCredentials);
    let again = reset(&fixture, &token, None, PASSWORD).await;
    assert_refused!(again, Error::InvalidLink(LinkError::Invalid));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_concurrent_uses_of_one_token_one_succeeds() {
    let fixture = Fixture::new().await;
    fixture.register("alice").await;
    let token = fixture.reset_token("alice").await;

    let outcomes = at_once(20, |n| {
        let (fixture, token) = (Arc::clone(&fixture), token.clone());
        async move { (n, reset(&fixture, &token, None, &format!("{PASSWORD}{n}")).await) }
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
    assert!(fixture.log_in("alice", &format!("{PASSWORD}{winner}")).await.is_ok());
}

#[tokio::test]
async fn a_newer_token_replaces_the_older() {
    let fixture = Fixture::new().await;
    fixture.register("alice").await;
    let (older, newer) = (fixture.reset_token("alice").await, fixture.reset_token("alice").await);

    assert_refused!(
        reset(&fixture, &older, None, OTHER).await,
        Error::InvalidLink(LinkError::Invalid)
    );
    reset(&fixture, &newer, None, OTHER).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_concurrently_issued_tokens_one_is_valid() {
    let fixture = Fixture::new().await;
    fixture.register("alice").await;

    let tokens = at_once(20, |_| {
        let fixture = Arc::clone(&fixture);
        async move { fixture.reset_token("alice").await }
    })
    .await;

    let mut good = 0;
    for token in tokens {
        good += usize::from(reset(&fixture, &token, None, OTHER).await.is_ok());
    }
    assert_eq!(good, 1);
}

#[tokio::test]
async fn are_valid_until_their_expiry_and_then_deleted() {
    let fixture = Fixture::new().await;
    fixture.register("alice").await;

    let token = fixture.reset_token("alice").await;
    fixture.clock.advance(HOUR);
    reset(&fixture, &token, None, OTHER).await.unwrap();

    let token = fixture.reset_token("alice").await;
    fixture.clock.advance(HOUR + Duration::from_micros(1));
    assert_refused!(
        reset(&fixture, &token, None, OTHER).await,
        Error::InvalidLink(LinkError::Expired)
    );
    assert_refused!(
        reset(&fixture, &token, None, OTHER).await,
        Error::InvalidLink(LinkError::Invalid)
    );
}

#[tokio::test]
async fn a_rejected_request_does_not_consume_the_token() {
    let fixture = Fixture::new().await;
    let alice = fixture.register("alice").await.id;
    let bob = fixture.register("bob").await.id;
    let token = fixture.reset_token("alice").await;

    assert_refused!(reset(&fixture, &token, None, "1234567").await, Error::WeakPassword(_));
    let similar = "alice@example.com";
    assert_refused!(reset(&fixture, &token, None, similar).await, Error::WeakPassword(_));
    assert_refused!(
        reset(&fixture, &token, Some(bob), OTHER).await,
        Error::InvalidLink(LinkError::Invalid)
    );
    let unknown = Some(AccountId::new(999));
    assert_refused!(reset(&fixture, &token, unknown, OTHER).await, Error::NotFound);

    reset(&fixture, &token, Some(alice), OTHER).await.unwrap();
}

#[tokio::test]
async fn are_valid_for_one_purpose() {
    let fixture = Fixture::new().await;
    let id = fixture.register("alice").await.id;
    fixture.accounts.set_active(&mut fixture.work(), id, true).await.unwrap();
    let activation = fixture
        .one_time
        .issue_activation(&mut fixture.work(), id, fixture.in_an_hour())
        .await
        .unwrap()
        .token;
    let by_letter = async |kind| fixture.issue(&kind).await.unwrap().token;
    let password_reset = by_letter(EmailKind::PasswordReset(address("alice"))).await;
    let username_reset = by_letter(EmailKind::UsernameReset(address("alice"))).await;
    let email_change =
        by_letter(EmailKind::EmailChange { account: id, new_email: address("new") }).await;

    for token in [&activation, &username_reset, &email_change, &String::new()] {
        let outcome = reset(&fixture, token, None, OTHER).await;
        assert_refused!(outcome, Error::InvalidLink(LinkError::Invalid));
    }
    for token in [&activation, &password_reset, &email_change] {
        let outcome =
            fixture.one_time.reset_username(&mut fixture.work(), token, id, username("x")).await;
        assert_refused!(outcome, Error::InvalidLink(LinkError::Invalid));
    }
    for token in [&password_reset, &username_reset, &email_change] {
        let outcome = fixture.one_time.activate(&mut fixture.work(), token, id).await;
        assert_refused!(outcome, Error::InvalidLink(LinkError::Invalid));
    }
    for token in [&activation, &password_reset, &username_reset] {
        let outcome = fixture.one_time.change_email(&mut fixture.work(), token).await;
        assert_refused!(outcome, Error::InvalidLink(LinkError::Invalid));
    }
    assert_refused!(
        fixture.one_time.activate(&mut fixture.work(), &activation, id).await,
        Error::AlreadyActive
    );
}

#[tokio::test]
async fn all_become_invalid_when_one_is_used_or_password_address_or_activity_change() {
    let fixture = Fixture::new().await;
    let id = fixture.register("alice").await.id;
    let tokens = fixture.log_in("alice", PASSWORD).await.unwrap();
    let caller = fixture.sessions.caller(&mut fixture.work(), &tokens.access).await.unwrap();
    for event in ["use", "change", "set", "address", "deactivate"] {
        let address_now =
            fixture.accounts.by_id(&mut fixture.work(), id).await.unwrap().email.unwrap();
        let name_token =
            fixture.issue(&EmailKind::UsernameReset(address_now.clone())).await.unwrap();
        let token = fixture.issue(&EmailKind::PasswordReset(address_now)).await.unwrap();
        match event {
            "use" => fixture
                .one_time
                .reset_username(&mut fixture.work(), &name_token.token, id, username("alice2"))
                .await
                .map(drop),
            "change" => {
                let same = password(PASSWORD);
                fixture.passwords.change(&mut fixture.work(), &caller, &same, &same, HERE).await
            }
            "set" => {
                fixture.passwords.set(&mut fixture.work(), id, Some(&password(PASSWORD))).await
            }
            "address" => {
                let patch = AccountPatch {
                    email: Change::Set(address("elsewhere")),
                    ..AccountPatch::default()
                };
                fixture.accounts.update(&mut fixture.work(), id, patch).await.map(drop)
            }
            _ => fixture.accounts.set_active(&mut fixture.work(), id, false).await.map(drop),
        }
        .unwrap();

        for outcome in [
            reset(&fixture, &token.token, None, OTHER).await,
            fixture
                .one_time
                .reset_username(&mut fixture.work(), &name_token.token, id, username("x"))
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
    let fixture = Fixture::new().await;
    fixture.register("alice").await;

    let token = fixture.reset_token("alice").await;
    fixture.log_in("alice", PASSWORD).await.unwrap();
    reset(&fixture, &token, None, PASSWORD).await.unwrap();

    let token = fixture.reset_token("alice").await;
    fixture.log_in_opaque("alice", PASSWORD).await.unwrap();
    let outcome = reset(&fixture, &token, None, OTHER).await;
    assert_refused!(outcome, Error::InvalidLink(LinkError::Invalid));
}

#[tokio::test]
async fn tokens_that_expired_long_ago_are_purged() {
    let fixture = Fixture::new().await;
    fixture.register("alice").await;
    fixture.reset_token("alice").await;

    fixture.clock.advance(25 * HOUR);
    assert_eq!(fixture.one_time.purge(&mut fixture.work()).await.unwrap(), 0);
    fixture.clock.advance(HOUR);
    assert_eq!(fixture.one_time.purge(&mut fixture.work()).await.unwrap(), 1);
}
