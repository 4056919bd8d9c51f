//! Tests of tokens under the policy that follows simplejwt.

use loggia_identity::{
    Accounts, Error, LoginAttempts, OneTimeTokens, PasswordReset, Passwords, SessionPolicy,
    Sessions, Subject, TokenError,
};

use crate::{
    assert_refused,
    fixtures::{Fixture, HERE, OTHER, PASSWORD, password},
};

async fn fixture() -> std::sync::Arc<Fixture> {
    Fixture::of(SessionPolicy::Django, LoginAttempts::unlimited).await
}

#[tokio::test]
async fn blacklisting_rejects_the_refresh_token_but_not_its_access_token() {
    let fixture = fixture().await;
    fixture.register("alice").await;
    let tokens = fixture.log_in("alice", PASSWORD).await.unwrap();

    fixture.sessions.blacklist(&mut fixture.work(), &tokens.refresh, None).await.unwrap();

    let again = fixture.sessions.blacklist(&mut fixture.work(), &tokens.refresh, None).await;
    assert_refused!(again, Error::InvalidToken(TokenError::Revoked));
    let refreshed =
        fixture.sessions.refresh(&mut fixture.work(), &tokens.refresh, Subject::Number).await;
    assert_refused!(refreshed, Error::InvalidToken(TokenError::Revoked));
    assert!(fixture.sessions.caller(&mut fixture.work(), &tokens.access).await.is_ok());
    // simplejwt's verification does not check the blacklist.
    fixture.sessions.verify(&mut fixture.work(), &tokens.refresh).await.unwrap();
}

#[tokio::test]
async fn a_logout_without_a_refresh_token_revokes_nothing() {
    let fixture = fixture().await;
    fixture.register("alice").await;
    let tokens = fixture.log_in("alice", PASSWORD).await.unwrap();
    let caller = fixture.sessions.caller(&mut fixture.work(), &tokens.access).await.unwrap();

    fixture.sessions.revoke(&mut fixture.work(), &caller.session).await.unwrap();

    assert!(fixture.sessions.caller(&mut fixture.work(), &tokens.access).await.is_ok());
    assert!(
        fixture
            .sessions
            .refresh(&mut fixture.work(), &tokens.refresh, Subject::Number)
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn tokens_stay_valid_after_a_password_change() {
    let fixture = fixture().await;
    let id = fixture.register("alice").await.id;
    let tokens = fixture.log_in("alice", PASSWORD).await.unwrap();
    let opaque = fixture.log_in_opaque("alice", PASSWORD).await.unwrap();
    let caller = fixture.sessions.caller(&mut fixture.work(), &tokens.access).await.unwrap();

    let (old, new) = (password(PASSWORD), password(OTHER));
    fixture.passwords.change(&mut fixture.work(), &caller, &old, &new, HERE).await.unwrap();
    let reset =
        PasswordReset { token: &fixture.reset_token("alice").await, owner: None, password: &old };
    fixture.one_time.reset_password(&mut fixture.work(), reset).await.unwrap();
    fixture.passwords.set(&mut fixture.work(), id, Some(&new)).await.unwrap();

    assert!(fixture.sessions.caller(&mut fixture.work(), &tokens.access).await.is_ok());
    assert!(
        fixture
            .sessions
            .refresh(&mut fixture.work(), &tokens.refresh, Subject::Number)
            .await
            .is_ok()
    );
    assert!(fixture.sessions.opaque_caller(&mut fixture.work(), &opaque).await.is_ok());
    assert_refused!(fixture.log_in("alice", PASSWORD).await, Error::InvalidCredentials);
}

#[tokio::test]
async fn tokens_of_an_inactive_account_are_rejected_until_its_reactivation() {
    let fixture = fixture().await;
    let id = fixture.register("alice").await.id;
    let tokens = fixture.log_in("alice", PASSWORD).await.unwrap();
    let opaque = fixture.log_in_opaque("alice", PASSWORD).await.unwrap();

    fixture.accounts.set_active(&mut fixture.work(), id, false).await.unwrap();
    for outcome in [
        fixture.sessions.caller(&mut fixture.work(), &tokens.access).await.map(drop),
        fixture
            .sessions
            .refresh(&mut fixture.work(), &tokens.refresh, Subject::Number)
            .await
            .map(drop),
        fixture.sessions.opaque_caller(&mut fixture.work(), &opaque).await.map(drop),
    ] {
        assert_refused!(outcome, Error::InvalidToken(TokenError::InactiveAccount));
    }
    fixture.sessions.verify(&mut fixture.work(), &tokens.access).await.unwrap();

    fixture.accounts.set_active(&mut fixture.work(), id, true).await.unwrap();
    assert!(fixture.sessions.caller(&mut fixture.work(), &tokens.access).await.is_ok());
    assert!(fixture.sessions.opaque_caller(&mut fixture.work(), &opaque).await.is_ok());
}
