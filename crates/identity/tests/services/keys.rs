//! Tests of a changed key: tokens of the previous key and of any other.

use std::{collections::HashSet, sync::Arc, time::Duration};

use loggia_identity::{
    Error, LoginAttempts, SecretKey, SecretKeys, SessionSettings, Sessions, StoredSessions,
    Subject, TokenError,
    passwords::{Hasher, Params},
};

use crate::{
    assert_refused,
    fixtures::{Fixture, KEY, PASSWORD, at_once, attempt},
};

const NEW_KEY: &[u8] = b"another key of no use beside tests";
const THIRD_KEY: &[u8] = b"a third key that is not of any use";

/// The time for which the previous key is accepted.
const GRACE: Duration = Duration::from_secs(30 * 60);

fn key(bytes: &[u8]) -> SecretKey {
    SecretKey::new(bytes).unwrap()
}

/// Returns the new key, with the key of [`Fixture`] as the previous one for [`GRACE`].
fn rotated(fixture: &Fixture) -> SecretKeys {
    SecretKeys::from(key(NEW_KEY)).with_previous(key(KEY), fixture.now().plus(GRACE))
}

/// Returns a service on the same clock with these keys.
fn sessions(fixture: &Fixture, keys: impl Into<SecretKeys>) -> StoredSessions {
    let clock = Arc::new(fixture.clock.clone());
    StoredSessions::new(
        Hasher::new(Params::cheap(), 4, 256),
        LoginAttempts::unlimited(clock.clone()),
        keys,
        SessionSettings::default(),
        clock,
    )
}

async fn log_in_opaque(fixture: &Fixture, sessions: &StoredSessions) -> String {
    let attempt = attempt("alice", PASSWORD);
    sessions.log_in_opaque(&mut fixture.work(), &attempt).await.unwrap()
}

macro_rules! assert_invalid {
    ($outcome:expr) => {
        assert_refused!($outcome, Error::InvalidToken(TokenError::Invalid))
    };
}

#[tokio::test]
async fn a_login_after_a_change_of_the_key_returns_an_opaque_token_that_is_accepted() {
    let fixture = Fixture::new().await;
    fixture.register("alice").await;
    let old = fixture.log_in_opaque("alice", PASSWORD).await.unwrap();
    let sessions = sessions(&fixture, key(NEW_KEY));

    let new = log_in_opaque(&fixture, &sessions).await;

    assert_ne!(new, old);
    assert!(sessions.opaque_caller(&mut fixture.work(), &new).await.is_ok());
    assert_invalid!(sessions.opaque_caller(&mut fixture.work(), &old).await);
    assert_eq!(log_in_opaque(&fixture, &sessions).await, new);
}

#[tokio::test]
async fn an_opaque_token_of_another_key_is_rejected_before_any_login() {
    let fixture = Fixture::new().await;
    fixture.register("alice").await;
    let token = fixture.log_in_opaque("alice", PASSWORD).await.unwrap();

    let changed = sessions(&fixture, key(NEW_KEY));
    assert_invalid!(changed.opaque_caller(&mut fixture.work(), &token).await);

    // The key is restored before a login replaces the token.
    assert!(fixture.sessions.opaque_caller(&mut fixture.work(), &token).await.is_ok());
}

#[tokio::test]
async fn devices_stay_logged_in_with_an_opaque_token_until_the_date_of_the_previous_key() {
    let fixture = Fixture::new().await;
    fixture.register("alice").await;
    let old = fixture.log_in_opaque("alice", PASSWORD).await.unwrap();
    let sessions = sessions(&fixture, rotated(&fixture));

    assert_eq!(log_in_opaque(&fixture, &sessions).await, old);
    fixture.clock.advance(GRACE - Duration::from_micros(1));
    assert_eq!(log_in_opaque(&fixture, &sessions).await, old);
    assert!(sessions.opaque_caller(&mut fixture.work(), &old).await.is_ok());

    fixture.clock.advance(Duration::from_micros(1));
    assert_invalid!(sessions.opaque_caller(&mut fixture.work(), &old).await);
    let new = log_in_opaque(&fixture, &sessions).await;
    assert_ne!(new, old);
    assert!(sessions.opaque_caller(&mut fixture.work(), &new).await.is_ok());
}

#[tokio::test]
async fn a_first_opaque_token_is_derived_from_the_current_key() {
    let fixture = Fixture::new().await;
    fixture.register("alice").await;

    let token = log_in_opaque(&fixture, &sessions(&fixture, rotated(&fixture))).await;

    let current = sessions(&fixture, key(NEW_KEY));
    assert!(current.opaque_caller(&mut fixture.work(), &token).await.is_ok());
    assert_invalid!(fixture.sessions.opaque_caller(&mut fixture.work(), &token).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_logins_at_once_after_a_change_of_the_key_get_one_opaque_token() {
    let fixture = Fixture::new().await;
    fixture.register("alice").await;
    let old = fixture.log_in_opaque("alice", PASSWORD).await.unwrap();
    let sessions = Arc::new(sessions(&fixture, key(NEW_KEY)));

    let tokens = at_once(20, |_| {
        let (fixture, sessions) = (Arc::clone(&fixture), Arc::clone(&sessions));
        async move { log_in_opaque(&fixture, &sessions).await }
    })
    .await;

    let different: HashSet<_> = tokens.iter().collect();
    assert_eq!(different.len(), 1);
    assert_ne!(tokens[0], old);
    assert!(sessions.opaque_caller(&mut fixture.work(), &tokens[0]).await.is_ok());
}

#[tokio::test]
async fn signed_tokens_of_the_previous_key_are_accepted_until_its_date() {
    let fixture = Fixture::new().await;
    fixture.register("alice").await;
    let old = fixture.log_in("alice", PASSWORD).await.unwrap();
    let rotated = sessions(&fixture, rotated(&fixture));

    assert!(rotated.caller(&mut fixture.work(), &old.access).await.is_ok());
    assert!(rotated.member(&mut fixture.work(), &old.access).await.is_ok());
    assert!(rotated.verify(&mut fixture.work(), &old.refresh).await.is_ok());
    let refreshed = rotated.refresh(&mut fixture.work(), &old.refresh, Subject::Number).await;
    let refreshed = refreshed.unwrap();

    fixture.clock.advance(GRACE);
    assert_invalid!(rotated.caller(&mut fixture.work(), &old.access).await);
    assert_invalid!(rotated.member(&mut fixture.work(), &old.access).await);
    assert_invalid!(rotated.verify(&mut fixture.work(), &old.refresh).await);
    assert_invalid!(rotated.refresh(&mut fixture.work(), &old.refresh, Subject::Number).await);
    assert_invalid!(rotated.blacklist(&mut fixture.work(), &old.refresh, None).await);
    // Tokens issued after the change belong to the new key.
    assert!(rotated.caller(&mut fixture.work(), &refreshed).await.is_ok());
    assert_invalid!(fixture.sessions.caller(&mut fixture.work(), &refreshed).await);
}

#[tokio::test]
async fn tokens_of_a_third_key_are_rejected() {
    let fixture = Fixture::new().await;
    fixture.register("alice").await;
    let third = sessions(&fixture, key(THIRD_KEY));
    let (_, signed) = third
        .log_in(&mut fixture.work(), &attempt("alice", PASSWORD), Subject::Number)
        .await
        .unwrap();
    let opaque = log_in_opaque(&fixture, &third).await;

    let rotated = sessions(&fixture, rotated(&fixture));
    assert_invalid!(rotated.caller(&mut fixture.work(), &signed.access).await);
    assert_invalid!(rotated.verify(&mut fixture.work(), &signed.access).await);
    assert_invalid!(rotated.refresh(&mut fixture.work(), &signed.refresh, Subject::Number).await);
    assert_invalid!(rotated.opaque_caller(&mut fixture.work(), &opaque).await);
    assert_ne!(log_in_opaque(&fixture, &rotated).await, opaque);
}
