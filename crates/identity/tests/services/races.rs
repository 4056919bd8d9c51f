//! Tests of logins during revocation: no session that the old password opened stays valid.

use std::sync::Arc;

use loggia_identity::{
    Accounts, Caller, OneTimeTokens, PasswordReset, Passwords, Sessions, Subject,
};

use crate::world::{HERE, OTHER, PASSWORD, World, at_once, password};

/// The token of a login with the old password.
#[derive(Debug)]
enum Token {
    Signed(loggia_identity::TokenPair),
    Opaque(String),
}

async fn log_in(world: &World, n: usize) -> Option<Token> {
    if n.is_multiple_of(2) {
        world
            .log_in("alice", PASSWORD)
            .await
            .ok()
            .map(Token::Signed)
    } else {
        world
            .log_in_opaque("alice", PASSWORD)
            .await
            .ok()
            .map(Token::Opaque)
    }
}

/// Runs eight logins and, at the same time, an operation that revokes sessions. Afterwards no token of theirs is valid.
async fn check(world: &Arc<World>, end: impl AsyncFnOnce(&World)) {
    let logins = tokio::spawn({
        let world = Arc::clone(world);
        async move {
            at_once(8, |n| {
                let world = Arc::clone(&world);
                async move { log_in(&world, n).await }
            })
            .await
        }
    });
    end(world).await;
    for token in logins.await.unwrap().into_iter().flatten() {
        let is_open = match &token {
            Token::Signed(tokens) => {
                world
                    .sessions
                    .caller(&mut world.work(), &tokens.access)
                    .await
                    .is_ok()
                    || world
                        .sessions
                        .refresh(&mut world.work(), &tokens.refresh, Subject::Number)
                        .await
                        .is_ok()
            }
            Token::Opaque(opaque) => world
                .sessions
                .opaque_caller(&mut world.work(), opaque)
                .await
                .is_ok(),
        };
        assert!(!is_open, "a session outlived its revocation");
    }
}

async fn caller(world: &World) -> Caller {
    let account = world
        .accounts
        .by_username(&mut world.work(), &crate::world::username("alice"))
        .await
        .unwrap();
    let tokens = world
        .sessions
        .open(&mut world.work(), &account, Subject::Number)
        .await
        .unwrap();
    world
        .sessions
        .caller(&mut world.work(), &tokens.access)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_login_outlives_a_concurrent_password_change() {
    let world = World::new().await;
    let id = world.register("alice").await.id;
    for _ in 0..8 {
        let caller = caller(&world).await;
        let (old, new) = (password(PASSWORD), password(OTHER));
        check(&world, async |world| {
            world
                .passwords
                .change(&mut world.work(), &caller, &old, &new, HERE)
                .await
                .unwrap();
        })
        .await;
        assert!(world.log_in("alice", OTHER).await.is_ok());
        world
            .passwords
            .set(&mut world.work(), id, Some(&old))
            .await
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_login_outlives_a_concurrent_reset() {
    let world = World::new().await;
    let id = world.register("alice").await.id;
    for _ in 0..8 {
        check(&world, async |world| {
            loop {
                // An opaque login invalidates a pending token, as in Django.
                let reset = PasswordReset {
                    token: &world.reset_token("alice").await,
                    owner: Some(id),
                    password: &password(OTHER),
                };
                if world
                    .one_time
                    .reset_password(&mut world.work(), reset)
                    .await
                    .is_ok()
                {
                    break;
                }
            }
        })
        .await;
        world
            .passwords
            .set(&mut world.work(), id, Some(&password(PASSWORD)))
            .await
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_login_outlives_a_concurrent_deactivation() {
    let world = World::new().await;
    let id = world.register("alice").await.id;
    for _ in 0..8 {
        check(&world, async |world| {
            world
                .accounts
                .set_active(&mut world.work(), id, false)
                .await
                .unwrap();
            world
                .accounts
                .set_active(&mut world.work(), id, true)
                .await
                .unwrap();
            // A session opened after the reactivation stays valid, so this prevents further logins.
            world
                .passwords
                .set(&mut world.work(), id, None)
                .await
                .unwrap();
        })
        .await;
        world
            .passwords
            .set(&mut world.work(), id, Some(&password(PASSWORD)))
            .await
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_operations_on_one_account_do_not_deadlock() {
    let world = World::new().await;
    let id = world.register("alice").await.id;
    let caller = Arc::new(caller(&world).await);

    let outcomes = at_once(40, |n| {
        let (world, caller) = (Arc::clone(&world), Arc::clone(&caller));
        async move {
            let same = password(PASSWORD);
            match n % 8 {
                0 => {
                    world
                        .passwords
                        .change(&mut world.work(), &caller, &same, &same, HERE)
                        .await
                }
                1 => {
                    let token = world.reset_token("alice").await;
                    let reset = PasswordReset {
                        token: &token,
                        owner: None,
                        password: &same,
                    };
                    world
                        .one_time
                        .reset_password(&mut world.work(), reset)
                        .await
                        .map(drop)
                }
                2 => world.log_in_opaque("alice", PASSWORD).await.map(drop),
                3 => world.sessions.revoke_opaque(&mut world.work(), id).await,
                4 => world
                    .accounts
                    .set_active(&mut world.work(), id, true)
                    .await
                    .map(drop),
                5 => {
                    world
                        .passwords
                        .set(&mut world.work(), id, Some(&same))
                        .await
                }
                6 => world.sessions.purge(&mut world.work()).await.map(drop),
                _ => world.log_in("alice", PASSWORD).await.map(drop),
            }
        }
    })
    .await;

    for error in outcomes.into_iter().filter_map(Result::err) {
        assert!(
            !matches!(error, loggia_identity::Error::Store(_)),
            "{error:?}"
        );
    }
}
