//! Tests of login throttling: the limits on password attempts.

use std::{net::IpAddr, sync::Arc, time::Duration};

use loggia_identity::{
    Error, LoginAttempts, LoginName, LoginRequest, Passwords, Result, SessionPolicy, Sessions,
    Subject,
};

use crate::{
    assert_refused,
    world::{HERE, OTHER, PASSWORD, World, at_once, password},
};

const ELSEWHERE: &str = "198.51.100.7";

async fn world() -> Arc<World> {
    World::of(SessionPolicy::Strict, LoginAttempts::new).await
}

async fn guess(world: &World, login: LoginName, given: &str, address: IpAddr) -> Result<()> {
    let attempt = LoginRequest {
        login,
        password: password(given),
        address,
    };
    world
        .sessions
        .log_in(&mut world.work(), &attempt, Subject::Number)
        .await
        .map(drop)
}

async fn guess_alice(world: &World, given: &str, address: IpAddr) -> Result<()> {
    guess(
        world,
        LoginName::Email("alice@example.com".to_owned()),
        given,
        address,
    )
    .await
}

#[tokio::test]
async fn the_twenty_first_wrong_guess_is_not_looked_at() {
    let world = world().await;
    world.register("alice").await;
    for _ in 0..LoginAttempts::LIMIT {
        assert_refused!(
            guess_alice(&world, OTHER, HERE).await,
            Error::InvalidCredentials
        );
    }

    // Not even a right one, by whichever name.
    match guess_alice(&world, PASSWORD, HERE).await {
        Err(Error::Throttled { retry_after }) => assert_eq!(retry_after, LoginAttempts::WINDOW),
        other => panic!("{other:?}"),
    }
    let by_name = LoginName::Username("alice".to_owned());
    assert_refused!(
        guess(&world, by_name, PASSWORD, HERE).await,
        Error::Throttled { .. }
    );
    // Nor where it is asked for once more.
    let account = loggia_identity::Accounts::by_email(
        &*world.accounts,
        &mut world.work(),
        &crate::world::address("alice"),
    )
    .await
    .unwrap();
    let confirmed = world
        .passwords
        .confirm(&mut world.work(), &account, &password(PASSWORD), HERE)
        .await;
    assert_refused!(confirmed, Error::Throttled { .. });

    // The owner, at home, and the neighbour.
    guess_alice(&world, PASSWORD, ELSEWHERE.parse().unwrap())
        .await
        .unwrap();
    world.register("bob").await;
    assert!(world.log_in("bob", PASSWORD).await.is_ok());
}

#[tokio::test]
async fn time_frees_again() {
    let world = world().await;
    world.register("alice").await;
    for _ in 0..LoginAttempts::LIMIT {
        world.clock.advance(Duration::from_secs(1));
        assert_refused!(
            guess_alice(&world, OTHER, HERE).await,
            Error::InvalidCredentials
        );
    }
    match guess_alice(&world, PASSWORD, HERE).await {
        // The first of them was 19 seconds ago.
        Err(Error::Throttled { retry_after }) => {
            assert_eq!(retry_after, Duration::from_secs(281));
            world.clock.advance(retry_after);
        }
        other => panic!("{other:?}"),
    }
    guess_alice(&world, PASSWORD, HERE).await.unwrap();
    assert_refused!(
        guess_alice(&world, OTHER, HERE).await,
        Error::InvalidCredentials
    );
    assert_refused!(
        guess_alice(&world, OTHER, HERE).await,
        Error::Throttled { .. }
    );
}

#[tokio::test]
async fn right_guesses_are_free_and_forgive_nothing() {
    let world = world().await;
    world.register("alice").await;
    for _ in 1..LoginAttempts::LIMIT {
        assert_refused!(
            guess_alice(&world, OTHER, HERE).await,
            Error::InvalidCredentials
        );
    }
    for _ in 0..2 * LoginAttempts::LIMIT {
        guess_alice(&world, PASSWORD, HERE).await.unwrap();
    }
    assert_refused!(
        guess_alice(&world, OTHER, HERE).await,
        Error::InvalidCredentials
    );
    assert_refused!(
        guess_alice(&world, PASSWORD, HERE).await,
        Error::Throttled { .. }
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_parallel_burst_gains_nothing() {
    let world = world().await;
    world.register("alice").await;

    let outcomes = at_once(60, |_| {
        let world = Arc::clone(&world);
        async move { guess_alice(&world, OTHER, HERE).await }
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

/// Otherwise the refusal would tell who exists.
#[tokio::test]
async fn unknown_logins_are_throttled_like_known_ones() {
    let world = world().await;
    for n in 0..LoginAttempts::LIMIT {
        let login = if n % 2 == 0 {
            "ghost@example.com"
        } else {
            " Ghost@Example.com"
        };
        let outcome = guess(&world, LoginName::Email(login.to_owned()), OTHER, HERE).await;
        assert_refused!(outcome, Error::InvalidCredentials);
    }
    assert_refused!(world.log_in("ghost", OTHER).await, Error::Throttled { .. });
    assert_refused!(
        world.log_in("other-ghost", OTHER).await,
        Error::InvalidCredentials
    );
}

#[tokio::test]
async fn can_be_switched_off() {
    let world = World::new().await;
    world.register("alice").await;
    for _ in 0..2 * LoginAttempts::LIMIT {
        assert_refused!(
            guess_alice(&world, OTHER, HERE).await,
            Error::InvalidCredentials
        );
    }
    guess_alice(&world, PASSWORD, HERE).await.unwrap();
}
