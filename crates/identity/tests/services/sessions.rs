//! Tests of login, logout and revocation under the strict policy.

use std::{sync::Arc, time::Duration};

use loggia_identity::{
    Accounts, Error, LoginName, LoginRequest, NewAccount, OneTimeTokens, PasswordReset, Passwords,
    Sessions, Subject, TokenError, TokenPair,
};

use crate::{
    assert_refused,
    world::{HERE, OTHER, PASSWORD, World, address, at_once, attempt, password, person},
};

const MINUTE: Duration = Duration::from_secs(60);

async fn is_good(world: &World, tokens: &TokenPair) -> (bool, bool) {
    let access = world
        .sessions
        .caller(&mut world.work(), &tokens.access)
        .await
        .is_ok();
    let refresh = world
        .sessions
        .refresh(&mut world.work(), &tokens.refresh, Subject::Number)
        .await;
    assert_eq!(
        world
            .sessions
            .verify(&mut world.work(), &tokens.refresh)
            .await
            .is_ok(),
        refresh.is_ok()
    );
    (access, refresh.is_ok())
}

#[tokio::test]
async fn logs_in_by_address_in_any_case_and_by_exact_user_name() {
    let world = World::new().await;
    world.register("Alice").await;
    let check = async |login: LoginName| {
        let attempt = LoginRequest {
            login,
            password: password(PASSWORD),
            address: HERE,
        };
        world
            .sessions
            .log_in(&mut world.work(), &attempt, Subject::Number)
            .await
    };

    assert!(
        check(LoginName::Email(" ALICE@example.com ".to_owned()))
            .await
            .is_ok()
    );
    assert!(check(LoginName::Username("Alice".to_owned())).await.is_ok());
    assert_refused!(
        check(LoginName::Username("alice".to_owned())).await,
        Error::InvalidCredentials
    );
}

#[tokio::test]
async fn a_rejected_login_does_not_reveal_the_reason() {
    let world = World::new().await;
    world.register("alice").await;
    let off = NewAccount {
        is_active: false,
        ..person("off")
    };
    world
        .accounts
        .register(&mut world.work(), off)
        .await
        .unwrap();
    let passwordless = NewAccount {
        password: None,
        ..person("passwordless")
    };
    world
        .accounts
        .register(&mut world.work(), passwordless)
        .await
        .unwrap();

    for (name, given) in [
        ("alice", OTHER),
        ("nobody", PASSWORD),
        ("nob\0dy", PASSWORD),
        ("off", PASSWORD),
        ("passwordless", PASSWORD),
        ("passwordless", ""),
    ] {
        assert_refused!(world.log_in(name, given).await, Error::InvalidCredentials);
        assert_refused!(
            world.log_in_opaque(name, given).await,
            Error::InvalidCredentials
        );
    }
}

#[tokio::test]
async fn returns_the_callers_current_account() {
    let world = World::new().await;
    let id = world.register("alice").await.id;
    let tokens = world.log_in("alice", PASSWORD).await.unwrap();
    let patch = loggia_identity::AccountPatch {
        first_name: Some("Alice".to_owned()),
        ..Default::default()
    };
    world
        .accounts
        .update(&mut world.work(), id, patch)
        .await
        .unwrap();

    let caller = world
        .sessions
        .caller(&mut world.work(), &tokens.access)
        .await
        .unwrap();

    assert_eq!(
        (caller.account.id, caller.account.first_name.as_str()),
        (id, "Alice")
    );
}

#[tokio::test]
async fn tokens_expire_at_their_stated_time() {
    let world = World::new().await;
    world.register("alice").await;
    let tokens = world.log_in("alice", PASSWORD).await.unwrap();

    world.clock.advance(60 * MINUTE - Duration::from_secs(1));
    assert_eq!(is_good(&world, &tokens).await, (true, true));
    world.clock.advance(Duration::from_secs(1));
    assert_eq!(is_good(&world, &tokens).await, (false, true));
    world.clock.advance(23 * 60 * MINUTE);
    assert_eq!(is_good(&world, &tokens).await, (false, false));
    assert_refused!(
        world
            .sessions
            .refresh(&mut world.work(), &tokens.refresh, Subject::Number)
            .await,
        Error::InvalidToken(TokenError::Expired)
    );
}

#[tokio::test]
async fn a_refresh_returns_an_access_token_of_the_same_session() {
    let world = World::new().await;
    world.register("alice").await;
    let tokens = world.log_in("alice", PASSWORD).await.unwrap();
    let first = world
        .sessions
        .caller(&mut world.work(), &tokens.access)
        .await
        .unwrap();
    world.clock.advance(61 * MINUTE);

    let access = world
        .sessions
        .refresh(&mut world.work(), &tokens.refresh, Subject::PublicId)
        .await
        .unwrap();

    let second = world
        .sessions
        .caller(&mut world.work(), &access)
        .await
        .unwrap();
    assert_eq!(first.session, second.session);
    world
        .sessions
        .revoke(&mut world.work(), &second.session)
        .await
        .unwrap();
    assert_refused!(
        world.sessions.caller(&mut world.work(), &access).await,
        Error::InvalidToken(TokenError::Revoked)
    );
}

#[tokio::test]
async fn a_logout_revokes_one_session_only() {
    let world = World::new().await;
    let id = world.register("alice").await.id;
    let [one, two, three] = [
        world.log_in("alice", PASSWORD).await.unwrap(),
        world.log_in("alice", PASSWORD).await.unwrap(),
        world.log_in("alice", PASSWORD).await.unwrap(),
    ];

    let caller = world
        .sessions
        .caller(&mut world.work(), &one.access)
        .await
        .unwrap();
    world
        .sessions
        .revoke(&mut world.work(), &caller.session)
        .await
        .unwrap();
    world
        .sessions
        .revoke(&mut world.work(), &caller.session)
        .await
        .unwrap();
    world
        .sessions
        .blacklist(&mut world.work(), &two.refresh, Some(id))
        .await
        .unwrap();

    assert_eq!(is_good(&world, &one).await, (false, false));
    assert_eq!(is_good(&world, &two).await, (false, false));
    assert_eq!(is_good(&world, &three).await, (true, true));
    assert_refused!(
        world
            .sessions
            .refresh(&mut world.work(), &two.refresh, Subject::Number)
            .await,
        Error::InvalidToken(TokenError::Revoked)
    );
}

#[tokio::test]
async fn a_password_change_revokes_all_sessions_but_the_callers() {
    let world = World::new().await;
    world.register("alice").await;
    world.register("bob").await;
    let mine = world.log_in("alice", PASSWORD).await.unwrap();
    let elsewhere = world.log_in("alice", PASSWORD).await.unwrap();
    let opaque = world.log_in_opaque("alice", PASSWORD).await.unwrap();
    let bobs = world.log_in("bob", PASSWORD).await.unwrap();

    let caller = world
        .sessions
        .caller(&mut world.work(), &mine.access)
        .await
        .unwrap();
    let (old, new) = (password(PASSWORD), password(OTHER));
    world
        .passwords
        .change(&mut world.work(), &caller, &old, &new, HERE)
        .await
        .unwrap();

    assert_eq!(is_good(&world, &mine).await, (true, true));
    assert_eq!(is_good(&world, &elsewhere).await, (false, false));
    assert_eq!(is_good(&world, &bobs).await, (true, true));
    assert_refused!(
        world
            .sessions
            .opaque_caller(&mut world.work(), &opaque)
            .await,
        Error::InvalidToken(TokenError::Invalid)
    );
    assert_refused!(
        world.log_in("alice", PASSWORD).await,
        Error::InvalidCredentials
    );
    assert!(world.log_in("alice", OTHER).await.is_ok());
}

#[tokio::test]
async fn a_reset_an_operator_and_a_deactivation_revoke_every_session() {
    let world = World::new().await;
    let id = world.register("alice").await.id;
    for event in ["reset", "set", "deactivate"] {
        let tokens = world.log_in("alice", PASSWORD).await.unwrap();
        let opaque = world.log_in_opaque("alice", PASSWORD).await.unwrap();
        let fresh = password(PASSWORD);
        match event {
            "reset" => {
                let reset = PasswordReset {
                    token: &world.reset_token("alice").await,
                    owner: Some(id),
                    password: &fresh,
                };
                world
                    .one_time
                    .reset_password(&mut world.work(), reset)
                    .await
                    .map(drop)
            }
            "set" => {
                world
                    .passwords
                    .set(&mut world.work(), id, Some(&fresh))
                    .await
            }
            _ => world
                .accounts
                .set_active(&mut world.work(), id, false)
                .await
                .map(drop),
        }
        .unwrap();

        assert_eq!(is_good(&world, &tokens).await, (false, false), "{event}");
        assert!(
            world
                .sessions
                .opaque_caller(&mut world.work(), &opaque)
                .await
                .is_err(),
            "{event}"
        );
        // A reactivation does not restore them.
        world
            .accounts
            .set_active(&mut world.work(), id, true)
            .await
            .unwrap();
        assert_eq!(is_good(&world, &tokens).await, (false, false), "{event}");
        assert!(
            world
                .sessions
                .opaque_caller(&mut world.work(), &opaque)
                .await
                .is_err(),
            "{event}"
        );
    }
}

#[tokio::test]
async fn deactivated_and_deleted_accounts_get_different_errors() {
    let world = World::new().await;
    let id = world.register("alice").await.id;
    let tokens = world.log_in("alice", PASSWORD).await.unwrap();
    let opaque = world.log_in_opaque("alice", PASSWORD).await.unwrap();
    let check = async |fault| {
        for outcome in [
            world
                .sessions
                .caller(&mut world.work(), &tokens.access)
                .await
                .map(drop),
            world
                .sessions
                .refresh(&mut world.work(), &tokens.refresh, Subject::Number)
                .await
                .map(drop),
            world
                .sessions
                .verify(&mut world.work(), &tokens.access)
                .await,
        ] {
            match outcome {
                Err(Error::InvalidToken(found)) => assert_eq!(found, fault),
                other => panic!("{other:?}"),
            }
        }
    };

    world
        .accounts
        .set_active(&mut world.work(), id, false)
        .await
        .unwrap();
    check(TokenError::InactiveAccount).await;
    world.accounts.delete(&mut world.work(), id).await.unwrap();
    check(TokenError::UnknownAccount).await;
    assert_refused!(
        world
            .sessions
            .opaque_caller(&mut world.work(), &opaque)
            .await,
        Error::InvalidToken(TokenError::Invalid)
    );
    assert_refused!(
        world
            .sessions
            .blacklist(&mut world.work(), &tokens.refresh, None)
            .await,
        Error::InvalidToken(TokenError::Invalid)
    );
}

#[tokio::test]
async fn no_session_is_opened_for_the_inactive_or_deleted() {
    let world = World::new().await;
    let account = world.register("alice").await;
    assert!(
        world
            .sessions
            .open(&mut world.work(), &account, Subject::Number)
            .await
            .is_ok()
    );

    world
        .accounts
        .set_active(&mut world.work(), account.id, false)
        .await
        .unwrap();
    assert_refused!(
        world
            .sessions
            .open(&mut world.work(), &account, Subject::Number)
            .await,
        Error::InvalidCredentials
    );
    world
        .accounts
        .delete(&mut world.work(), account.id)
        .await
        .unwrap();
    assert_refused!(
        world
            .sessions
            .open(&mut world.work(), &account, Subject::Number)
            .await,
        Error::InvalidCredentials
    );
}

#[tokio::test]
async fn an_account_cannot_blacklist_the_token_of_another() {
    let world = World::new().await;
    world.register("alice").await;
    let bob = world.register("bob").await;
    let tokens = world.log_in("alice", PASSWORD).await.unwrap();

    assert_refused!(
        world
            .sessions
            .blacklist(&mut world.work(), &tokens.refresh, Some(bob.id))
            .await,
        Error::InvalidToken(TokenError::Invalid)
    );
    assert_refused!(
        world
            .sessions
            .blacklist(&mut world.work(), &tokens.access, None)
            .await,
        Error::InvalidToken(TokenError::WrongType)
    );
    assert_eq!(is_good(&world, &tokens).await, (true, true));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_concurrent_blacklistings_of_one_token_one_succeeds() {
    let world = World::new().await;
    world.register("alice").await;
    let tokens = world.log_in("alice", PASSWORD).await.unwrap();

    let outcomes = at_once(20, |_| {
        let (world, refresh) = (Arc::clone(&world), tokens.refresh.clone());
        async move {
            world
                .sessions
                .blacklist(&mut world.work(), &refresh, None)
                .await
        }
    })
    .await;

    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    for error in outcomes.into_iter().filter_map(Result::err) {
        assert!(
            matches!(error, Error::InvalidToken(TokenError::Revoked)),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn a_login_with_signed_tokens_does_not_change_the_account() {
    let world = World::new().await;
    let before = world.register("alice").await;
    world.clock.advance(MINUTE);
    let (account, _) = world
        .sessions
        .log_in(
            &mut world.work(),
            &attempt("alice", PASSWORD),
            Subject::Number,
        )
        .await
        .unwrap();
    assert_eq!(account, before);
    assert_eq!(
        world
            .accounts
            .by_email(&mut world.work(), &address("alice"))
            .await
            .unwrap(),
        before
    );
}

#[tokio::test]
async fn purges_sessions_whose_tokens_have_all_expired() {
    let world = World::new().await;
    world.register("alice").await;
    let tokens = world.log_in("alice", PASSWORD).await.unwrap();

    world
        .clock
        .advance(24 * 60 * MINUTE - Duration::from_secs(1));
    let access = world
        .sessions
        .refresh(&mut world.work(), &tokens.refresh, Subject::Number)
        .await
        .unwrap();
    world.clock.advance(59 * MINUTE);
    assert_eq!(world.sessions.purge(&mut world.work()).await.unwrap(), 0);
    assert!(
        world
            .sessions
            .caller(&mut world.work(), &access)
            .await
            .is_ok()
    );
    world.clock.advance(2 * MINUTE);
    assert_eq!(world.sessions.purge(&mut world.work()).await.unwrap(), 1);
    assert_eq!(world.sessions.purge(&mut world.work()).await.unwrap(), 0);
}
