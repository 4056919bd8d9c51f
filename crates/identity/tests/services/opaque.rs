//! Tests of opaque tokens: one per account, the same at each login.

use std::{collections::HashSet, sync::Arc, time::Duration};

use loggia_identity::{Error, Passwords, Sessions, TokenError};

use crate::{
    assert_refused,
    world::{HERE, OTHER, PASSWORD, World, at_once, password},
};

#[tokio::test]
async fn an_opaque_session_survives_its_own_password_change() {
    let world = World::new().await;
    world.register("alice").await;
    let signed = world.log_in("alice", PASSWORD).await.unwrap();
    let opaque = world.log_in_opaque("alice", PASSWORD).await.unwrap();

    let caller = world
        .sessions
        .opaque_caller(&mut world.work(), &opaque)
        .await
        .unwrap();
    let (old, new) = (password(PASSWORD), password(OTHER));
    world
        .passwords
        .change(&mut world.work(), &caller, &old, &new, HERE)
        .await
        .unwrap();

    assert!(
        world
            .sessions
            .opaque_caller(&mut world.work(), &opaque)
            .await
            .is_ok()
    );
    assert!(
        world
            .sessions
            .caller(&mut world.work(), &signed.access)
            .await
            .is_err()
    );
    assert_eq!(world.log_in_opaque("alice", OTHER).await.unwrap(), opaque);
}

#[tokio::test]
async fn an_opaque_token_stays_the_same_until_it_is_revoked() {
    let world = World::new().await;
    let id = world.register("alice").await.id;

    let token = world.log_in_opaque("alice", PASSWORD).await.unwrap();
    assert_eq!(token.len(), 40);
    assert!(
        token
            .bytes()
            .all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    );
    assert_eq!(world.log_in_opaque("alice", PASSWORD).await.unwrap(), token);
    let caller = world
        .sessions
        .opaque_caller(&mut world.work(), &token)
        .await
        .unwrap();
    assert_eq!(caller.account.id, id);
    assert_eq!(caller.account.last_login_at, Some(world.now()));

    world
        .sessions
        .revoke_opaque(&mut world.work(), id)
        .await
        .unwrap();
    world
        .sessions
        .revoke_opaque(&mut world.work(), id)
        .await
        .unwrap();
    assert_refused!(
        world
            .sessions
            .opaque_caller(&mut world.work(), &token)
            .await,
        Error::InvalidToken(TokenError::Invalid)
    );
    let second = world.log_in_opaque("alice", PASSWORD).await.unwrap();
    assert_ne!(second, token);
    // It does not expire.
    world.clock.advance(Duration::from_secs(400 * 24 * 60 * 60));
    world.sessions.purge(&mut world.work()).await.unwrap();
    assert!(
        world
            .sessions
            .opaque_caller(&mut world.work(), &second)
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn an_opaque_token_is_deleted_with_its_session() {
    let world = World::new().await;
    world.register("alice").await;
    let token = world.log_in_opaque("alice", PASSWORD).await.unwrap();
    let caller = world
        .sessions
        .opaque_caller(&mut world.work(), &token)
        .await
        .unwrap();

    world
        .sessions
        .revoke(&mut world.work(), &caller.session)
        .await
        .unwrap();

    assert!(
        world
            .sessions
            .opaque_caller(&mut world.work(), &token)
            .await
            .is_err()
    );
    let second = world.log_in_opaque("alice", PASSWORD).await.unwrap();
    assert!(
        world
            .sessions
            .opaque_caller(&mut world.work(), &second)
            .await
            .is_ok()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_concurrent_first_logins_get_one_opaque_token() {
    let world = World::new().await;
    world.register("alice").await;

    let tokens = at_once(20, |_| {
        let world = Arc::clone(&world);
        async move { world.log_in_opaque("alice", PASSWORD).await.unwrap() }
    })
    .await;

    let different: HashSet<_> = tokens.iter().collect();
    assert_eq!(different.len(), 1);
    assert!(
        world
            .sessions
            .opaque_caller(&mut world.work(), &tokens[0])
            .await
            .is_ok()
    );
}
