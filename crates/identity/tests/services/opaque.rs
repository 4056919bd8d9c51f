//! Tests of opaque tokens: one per account, the same at each login.

use std::{collections::HashSet, sync::Arc, time::Duration};

use loggia_identity::{Error, Passwords, Sessions, TokenError};

use crate::{
    assert_refused,
    fixtures::{Fixture, HERE, OTHER, PASSWORD, at_once, password},
};

#[tokio::test]
async fn an_opaque_session_survives_its_own_password_change() {
    let fixture = Fixture::new().await;
    fixture.register("alice").await;
    let signed = fixture.log_in("alice", PASSWORD).await.unwrap();
    let opaque = fixture.log_in_opaque("alice", PASSWORD).await.unwrap();

    let caller = fixture.sessions.opaque_caller(&mut fixture.work(), &opaque).await.unwrap();
    let (old, new) = (password(PASSWORD), password(OTHER));
    fixture.passwords.change(&mut fixture.work(), &caller, &old, &new, HERE).await.unwrap();

    assert!(fixture.sessions.opaque_caller(&mut fixture.work(), &opaque).await.is_ok());
    assert!(fixture.sessions.caller(&mut fixture.work(), &signed.access).await.is_err());
    assert_eq!(fixture.log_in_opaque("alice", OTHER).await.unwrap(), opaque);
}

#[tokio::test]
async fn an_opaque_token_stays_the_same_until_it_is_revoked() {
    let fixture = Fixture::new().await;
    let id = fixture.register("alice").await.id;

    let token = fixture.log_in_opaque("alice", PASSWORD).await.unwrap();
    assert_eq!(token.len(), 40);
    assert!(token.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')));
    assert_eq!(fixture.log_in_opaque("alice", PASSWORD).await.unwrap(), token);
    let caller = fixture.sessions.opaque_caller(&mut fixture.work(), &token).await.unwrap();
    assert_eq!(caller.account.id, id);
    assert_eq!(caller.account.last_login_at, Some(fixture.now()));

    fixture.sessions.revoke_opaque(&mut fixture.work(), id).await.unwrap();
    fixture.sessions.revoke_opaque(&mut fixture.work(), id).await.unwrap();
    assert_refused!(
        fixture.sessions.opaque_caller(&mut fixture.work(), &token).await,
        Error::InvalidToken(TokenError::Invalid)
    );
    let second = fixture.log_in_opaque("alice", PASSWORD).await.unwrap();
    assert_ne!(second, token);
    // It does not expire.
    fixture.clock.advance(Duration::from_secs(400 * 24 * 60 * 60));
    fixture.sessions.purge(&mut fixture.work()).await.unwrap();
    assert!(fixture.sessions.opaque_caller(&mut fixture.work(), &second).await.is_ok());
}

#[tokio::test]
async fn an_opaque_token_is_deleted_with_its_session() {
    let fixture = Fixture::new().await;
    fixture.register("alice").await;
    let token = fixture.log_in_opaque("alice", PASSWORD).await.unwrap();
    let caller = fixture.sessions.opaque_caller(&mut fixture.work(), &token).await.unwrap();

    fixture.sessions.revoke(&mut fixture.work(), &caller.session).await.unwrap();

    assert!(fixture.sessions.opaque_caller(&mut fixture.work(), &token).await.is_err());
    let second = fixture.log_in_opaque("alice", PASSWORD).await.unwrap();
    assert!(fixture.sessions.opaque_caller(&mut fixture.work(), &second).await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_concurrent_first_logins_get_one_opaque_token() {
    let fixture = Fixture::new().await;
    fixture.register("alice").await;

    let tokens = at_once(20, |_| {
        let fixture = Arc::clone(&fixture);
        async move { fixture.log_in_opaque("alice", PASSWORD).await.unwrap() }
    })
    .await;

    let different: HashSet<_> = tokens.iter().collect();
    assert_eq!(different.len(), 1);
    assert!(fixture.sessions.opaque_caller(&mut fixture.work(), &tokens[0]).await.is_ok());
}
