//! The lifetime of tokens: refresh, expiry and blacklisting.

use std::{sync::Arc, time::Duration};

use loggia_identity::{Error, Sessions, Subject, TokenError};

use super::{MINUTE, is_good};
use crate::{
    assert_refused,
    fixtures::{Fixture, PASSWORD, at_once},
};

#[tokio::test]
async fn tokens_expire_at_their_stated_time() {
    let fixture = Fixture::new().await;
    fixture.register("alice").await;
    let tokens = fixture.log_in("alice", PASSWORD).await.unwrap();

    fixture.clock.advance(60 * MINUTE - Duration::from_secs(1));
    assert_eq!(is_good(&fixture, &tokens).await, (true, true));
    fixture.clock.advance(Duration::from_secs(1));
    assert_eq!(is_good(&fixture, &tokens).await, (false, true));
    fixture.clock.advance(23 * 60 * MINUTE);
    assert_eq!(is_good(&fixture, &tokens).await, (false, false));
    assert_refused!(
        fixture.sessions.refresh(&mut fixture.work(), &tokens.refresh, Subject::Number).await,
        Error::InvalidToken(TokenError::Expired)
    );
}

#[tokio::test]
async fn a_refresh_returns_an_access_token_of_the_same_session() {
    let fixture = Fixture::new().await;
    fixture.register("alice").await;
    let tokens = fixture.log_in("alice", PASSWORD).await.unwrap();
    let first = fixture.sessions.caller(&mut fixture.work(), &tokens.access).await.unwrap();
    fixture.clock.advance(61 * MINUTE);

    let access = fixture
        .sessions
        .refresh(&mut fixture.work(), &tokens.refresh, Subject::PublicId)
        .await
        .unwrap();

    let second = fixture.sessions.caller(&mut fixture.work(), &access).await.unwrap();
    assert_eq!(first.session, second.session);
    fixture.sessions.revoke(&mut fixture.work(), &second.session).await.unwrap();
    assert_refused!(
        fixture.sessions.caller(&mut fixture.work(), &access).await,
        Error::InvalidToken(TokenError::Revoked)
    );
}

#[tokio::test]
async fn an_account_cannot_blacklist_the_token_of_another() {
    let fixture = Fixture::new().await;
    fixture.register("alice").await;
    let bob = fixture.register("bob").await;
    let tokens = fixture.log_in("alice", PASSWORD).await.unwrap();

    assert_refused!(
        fixture.sessions.blacklist(&mut fixture.work(), &tokens.refresh, Some(bob.id)).await,
        Error::InvalidToken(TokenError::Invalid)
    );
    assert_refused!(
        fixture.sessions.blacklist(&mut fixture.work(), &tokens.access, None).await,
        Error::InvalidToken(TokenError::WrongType)
    );
    assert_eq!(is_good(&fixture, &tokens).await, (true, true));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_concurrent_blacklistings_of_one_token_one_succeeds() {
    let fixture = Fixture::new().await;
    fixture.register("alice").await;
    let tokens = fixture.log_in("alice", PASSWORD).await.unwrap();

    let outcomes = at_once(20, |_| {
        let (fixture, refresh) = (Arc::clone(&fixture), tokens.refresh.clone());
        async move { fixture.sessions.blacklist(&mut fixture.work(), &refresh, None).await }
    })
    .await;

    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    for error in outcomes.into_iter().filter_map(Result::err) {
        assert!(matches!(error, Error::InvalidToken(TokenError::Revoked)), "{error:?}");
    }
}

#[tokio::test]
async fn purges_sessions_whose_tokens_have_all_expired() {
    let fixture = Fixture::new().await;
    fixture.register("alice").await;
    let tokens = fixture.log_in("alice", PASSWORD).await.unwrap();

    fixture.clock.advance(24 * 60 * MINUTE - Duration::from_secs(1));
    let access = fixture
        .sessions
        .refresh(&mut fixture.work(), &tokens.refresh, Subject::Number)
        .await
        .unwrap();
    fixture.clock.advance(59 * MINUTE);
    assert_eq!(fixture.sessions.purge(&mut fixture.work()).await.unwrap(), 0);
    assert!(fixture.sessions.caller(&mut fixture.work(), &access).await.is_ok());
    fixture.clock.advance(2 * MINUTE);
    assert_eq!(fixture.sessions.purge(&mut fixture.work()).await.unwrap(), 1);
    assert_eq!(fixture.sessions.purge(&mut fixture.work()).await.unwrap(), 0);
}
