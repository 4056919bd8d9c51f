//! Tests of tokens under the policy that follows simplejwt.

use loggia_identity::{
    Accounts, Error, LoginAttempts, OneTimeTokens, PasswordReset, Passwords, SessionPolicy,
    Sessions, Subject, TokenError,
};

use crate::{
    assert_refused,
    world::{HERE, OTHER, PASSWORD, World, password},
};

async fn world() -> std::sync::Arc<World> {
    World::of(SessionPolicy::Django, LoginAttempts::unlimited).await
}

#[tokio::test]
async fn blacklisting_rejects_the_refresh_token_but_not_its_access_token() {
    let world = world().await;
    world.register("alice").await;
    let tokens = world.log_in("alice", PASSWORD).await.unwrap();

    world
        .sessions
        .blacklist(&mut world.work(), &tokens.refresh, None)
        .await
        .unwrap();

    let again = world
        .sessions
        .blacklist(&mut world.work(), &tokens.refresh, None)
        .await;
    assert_refused!(again, Error::InvalidToken(TokenError::Revoked));
    let refreshed = world
        .sessions
        .refresh(&mut world.work(), &tokens.refresh, Subject::Number)
        .await;
    assert_refused!(refreshed, Error::InvalidToken(TokenError::Revoked));
    assert!(
        world
            .sessions
            .caller(&mut world.work(), &tokens.access)
            .await
            .is_ok()
    );
    // simplejwt's verification does not check the blacklist.
    world
        .sessions
        .verify(&mut world.work(), &tokens.refresh)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_logout_without_a_refresh_token_revokes_nothing() {
    let world = world().await;
    world.register("alice").await;
    let tokens = world.log_in("alice", PASSWORD).await.unwrap();
    let caller = world
        .sessions
        .caller(&mut world.work(), &tokens.access)
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
            .caller(&mut world.work(), &tokens.access)
            .await
            .is_ok()
    );
    assert!(
        world
            .sessions
            .refresh(&mut world.work(), &tokens.refresh, Subject::Number)
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn tokens_stay_valid_after_a_password_change() {
    let world = world().await;
    let id = world.register("alice").await.id;
    let tokens = world.log_in("alice", PASSWORD).await.unwrap();
    let opaque = world.log_in_opaque("alice", PASSWORD).await.unwrap();
    let caller = world
        .sessions
        .caller(&mut world.work(), &tokens.access)
        .await
        .unwrap();

    let (old, new) = (password(PASSWORD), password(OTHER));
    world
        .passwords
        .change(&mut world.work(), &caller, &old, &new, HERE)
        .await
        .unwrap();
    let reset = PasswordReset {
        token: &world.reset_token("alice").await,
        owner: None,
        password: &old,
    };
    world
        .one_time
        .reset_password(&mut world.work(), reset)
        .await
        .unwrap();
    world
        .passwords
        .set(&mut world.work(), id, Some(&new))
        .await
        .unwrap();

    assert!(
        world
            .sessions
            .caller(&mut world.work(), &tokens.access)
            .await
            .is_ok()
    );
    assert!(
        world
            .sessions
            .refresh(&mut world.work(), &tokens.refresh, Subject::Number)
            .await
            .is_ok()
    );
    assert!(
        world
            .sessions
            .opaque_caller(&mut world.work(), &opaque)
            .await
            .is_ok()
    );
    assert_refused!(
        world.log_in("alice", PASSWORD).await,
        Error::InvalidCredentials
    );
}

#[tokio::test]
async fn tokens_of_an_inactive_account_are_rejected_until_its_reactivation() {
    let world = world().await;
    let id = world.register("alice").await.id;
    let tokens = world.log_in("alice", PASSWORD).await.unwrap();
    let opaque = world.log_in_opaque("alice", PASSWORD).await.unwrap();

    world
        .accounts
        .set_active(&mut world.work(), id, false)
        .await
        .unwrap();
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
            .opaque_caller(&mut world.work(), &opaque)
            .await
            .map(drop),
    ] {
        assert_refused!(outcome, Error::InvalidToken(TokenError::InactiveAccount));
    }
    world
        .sessions
        .verify(&mut world.work(), &tokens.access)
        .await
        .unwrap();

    world
        .accounts
        .set_active(&mut world.work(), id, true)
        .await
        .unwrap();
    assert!(
        world
            .sessions
            .caller(&mut world.work(), &tokens.access)
            .await
            .is_ok()
    );
    assert!(
        world
            .sessions
            .opaque_caller(&mut world.work(), &opaque)
            .await
            .is_ok()
    );
}
