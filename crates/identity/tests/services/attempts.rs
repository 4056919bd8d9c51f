//! Tests of login throttling: the limits on password attempts.

use std::{net::IpAddr, sync::Arc, time::Duration};

use loggia_identity::{
    Error, LoginAttempts, LoginName, LoginRequest, Passwords, Result, SessionPolicy, Sessions,
    Subject,
};

use crate::{
    assert_refused,
    fixtures::{Fixture, HERE, OTHER, PASSWORD, at_once, password},
};

const ELSEWHERE: &str = "198.51.100.7";

async fn fixture() -> Arc<Fixture> {
    Fixture::of(SessionPolicy::Strict, LoginAttempts::new).await
}

async fn attempt(fixture: &Fixture, login: LoginName, given: &str, address: IpAddr) -> Result<()> {
    let attempt = LoginRequest { login, password: password(given), address };
    fixture.sessions.log_in(&mut fixture.work(), &attempt, Subject::Number).await.map(drop)
}

async fn attempt_alice(fixture: &Fixture, given: &str, address: IpAddr) -> Result<()> {
    attempt(fixture, LoginName::Email("alice@example.com".to_owned()), given, address).await
}

#[tokio::test]
async fn the_twenty_first_wrong_attempt_is_not_evaluated() {
    let fixture = fixture().await;
    fixture.register("alice").await;
    for _ in 0..LoginAttempts::LIMIT {
        assert_refused!(attempt_alice(&fixture, OTHER, HERE).await, Error::InvalidCredentials);
    }

    // A right attempt with the other login name is not evaluated either.
    match attempt_alice(&fixture, PASSWORD, HERE).await {
        Err(Error::Throttled { retry_after }) => assert_eq!(retry_after, LoginAttempts::WINDOW),
        other => panic!("{other:?}"),
    }
    let by_name = LoginName::Username("alice".to_owned());
    assert_refused!(attempt(&fixture, by_name, PASSWORD, HERE).await, Error::Throttled { .. });
    // Neither is a confirmation of the current password.
    let account = loggia_identity::Accounts::by_email(
        &*fixture.accounts,
        &mut fixture.work(),
        &crate::fixtures::address("alice"),
    )
    .await
    .unwrap();
    let confirmed =
        fixture.passwords.confirm(&mut fixture.work(), &account, &password(PASSWORD), HERE).await;
    assert_refused!(confirmed, Error::Throttled { .. });

    // The owner at another address, and another account at this address.
    attempt_alice(&fixture, PASSWORD, ELSEWHERE.parse().unwrap()).await.unwrap();
    fixture.register("bob").await;
    assert!(fixture.log_in("bob", PASSWORD).await.is_ok());
}

#[tokio::test]
async fn attempts_expire() {
    let fixture = fixture().await;
    fixture.register("alice").await;
    for _ in 0..LoginAttempts::LIMIT {
        fixture.clock.advance(Duration::from_secs(1));
        assert_refused!(attempt_alice(&fixture, OTHER, HERE).await, Error::InvalidCredentials);
    }
    match attempt_alice(&fixture, PASSWORD, HERE).await {
        // The first attempt was 19 seconds ago.
        Err(Error::Throttled { retry_after }) => {
            assert_eq!(retry_after, Duration::from_secs(281));
            fixture.clock.advance(retry_after);
        }
        other => panic!("{other:?}"),
    }
    attempt_alice(&fixture, PASSWORD, HERE).await.unwrap();
    assert_refused!(attempt_alice(&fixture, OTHER, HERE).await, Error::InvalidCredentials);
    assert_refused!(attempt_alice(&fixture, OTHER, HERE).await, Error::Throttled { .. });
}

#[tokio::test]
async fn right_attempts_are_not_counted_and_do_not_reset_the_counter() {
    let fixture = fixture().await;
    fixture.register("alice").await;
    for _ in 1..LoginAttempts::LIMIT {
        assert_refused!(attempt_alice(&fixture, OTHER, HERE).await, Error::InvalidCredentials);
    }
    for _ in 0..2 * LoginAttempts::LIMIT {
        attempt_alice(&fixture, PASSWORD, HERE).await.unwrap();
    }
    assert_refused!(attempt_alice(&fixture, OTHER, HERE).await, Error::InvalidCredentials);
    assert_refused!(attempt_alice(&fixture, PASSWORD, HERE).await, Error::Throttled { .. });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn parallel_attempts_do_not_exceed_the_limit() {
    let fixture = fixture().await;
    fixture.register("alice").await;

    let outcomes = at_once(60, |_| {
        let fixture = Arc::clone(&fixture);
        async move { attempt_alice(&fixture, OTHER, HERE).await }
    })
    .await;

    let (mut looked_at, mut throttled) = (0, 0);
    for outcome in outcomes {
        match outcome {
            Err(Error::InvalidCredentials) => looked_at += 1,
            Err(Error::Throttled { .. }) => throttled += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((looked_at, throttled), (LoginAttempts::LIMIT, 40));
}

/// Otherwise the error would reveal which accounts exist.
#[tokio::test]
async fn unknown_logins_are_throttled_like_known_ones() {
    let fixture = fixture().await;
    for n in 0..LoginAttempts::LIMIT {
        let login = if n % 2 == 0 { "ghost@example.com" } else { " Ghost@Example.com" };
        let outcome = attempt(&fixture, LoginName::Email(login.to_owned()), OTHER, HERE).await;
        assert_refused!(outcome, Error::InvalidCredentials);
    }
    assert_refused!(fixture.log_in("ghost", OTHER).await, Error::Throttled { .. });
    assert_refused!(fixture.log_in("other-ghost", OTHER).await, Error::InvalidCredentials);
}

#[tokio::test]
async fn can_be_disabled() {
    let fixture = Fixture::new().await;
    fixture.register("alice").await;
    for _ in 0..2 * LoginAttempts::LIMIT {
        assert_refused!(attempt_alice(&fixture, OTHER, HERE).await, Error::InvalidCredentials);
    }
    attempt_alice(&fixture, PASSWORD, HERE).await.unwrap();
}
