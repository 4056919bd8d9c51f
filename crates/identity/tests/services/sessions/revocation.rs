//! Events that revoke sessions.

use loggia_identity::{
    Accounts, Error, OneTimeTokens, PasswordReset, Passwords, Sessions, Subject, TokenError,
};

use super::is_good;
use crate::{
    assert_refused,
    fixtures::{Fixture, HERE, OTHER, PASSWORD, password},
};

#[tokio::test]
async fn a_logout_revokes_one_session_only() {
    let fixture = Fixture::new().await;
    let id = fixture.register("alice").await.id;
    let [one, two, three] = [
        fixture.log_in("alice", PASSWORD).await.unwrap(),
        fixture.log_in("alice", PASSWORD).await.unwrap(),
        fixture.log_in("alice", PASSWORD).await.unwrap(),
    ];

    let caller = fixture.sessions.caller(&mut fixture.work(), &one.access).await.unwrap();
    fixture.sessions.revoke(&mut fixture.work(), &caller.session).await.unwrap();
    fixture.sessions.revoke(&mut fixture.work(), &caller.session).await.unwrap();
    fixture.sessions.blacklist(&mut fixture.work(), &two.refresh, Some(id)).await.unwrap();

    assert_eq!(is_good(&fixture, &one).await, (false, false));
    assert_eq!(is_good(&fixture, &two).await, (false, false));
    assert_eq!(is_good(&fixture, &three).await, (true, true));
    assert_refused!(
        fixture.sessions.refresh(&mut fixture.work(), &two.refresh, Subject::Number).await,
        Error::InvalidToken(TokenError::Revoked)
    );
}

#[tokio::test]
async fn a_password_change_revokes_all_sessions_but_the_callers() {
    let fixture = Fixture::new().await;
    fixture.register("alice").await;
    fixture.register("bob").await;
    let mine = fixture.log_in("alice", PASSWORD).await.unwrap();
    let elsewhere = fixture.log_in("alice", PASSWORD).await.unwrap();
    let opaque = fixture.log_in_opaque("alice", PASSWORD).await.unwrap();
    let bobs = fixture.log_in("bob", PASSWORD).await.unwrap();

    let caller = fixture.sessions.caller(&mut fixture.work(), &mine.access).await.unwrap();
    let (old, new) = (password(PASSWORD), password(OTHER));
    fixture.passwords.change(&mut fixture.work(), &caller, &old, &new, HERE).await.unwrap();

    assert_eq!(is_good(&fixture, &mine).await, (true, true));
    assert_eq!(is_good(&fixture, &elsewhere).await, (false, false));
    assert_eq!(is_good(&fixture, &bobs).await, (true, true));
    assert_refused!(
        fixture.sessions.opaque_caller(&mut fixture.work(), &opaque).await,
        Error::InvalidToken(TokenError::Invalid)
    );
    assert_refused!(fixture.log_in("alice", PASSWORD).await, Error::InvalidCredentials);
    assert!(fixture.log_in("alice", OTHER).await.is_ok());
}

#[tokio::test]
async fn a_reset_an_operator_and_a_deactivation_revoke_every_session() {
    let fixture = Fixture::new().await;
    let id = fixture.register("alice").await.id;
    for event in ["reset", "set", "deactivate"] {
        let tokens = fixture.log_in("alice", PASSWORD).await.unwrap();
        let opaque = fixture.log_in_opaque("alice", PASSWORD).await.unwrap();
        let fresh = password(PASSWORD);
        match event {
            "reset" => {
                let reset = PasswordReset {
                    token: &fixture.reset_token("alice").await,
                    owner: Some(id),
                    password: &fresh,
                };
                fixture.one_time.reset_password(&mut fixture.work(), reset).await.map(drop)
            }
            "set" => fixture.passwords.set(&mut fixture.work(), id, Some(&fresh)).await,
            _ => fixture.accounts.set_active(&mut fixture.work(), id, false).await.map(drop),
        }
        .unwrap();

        assert_eq!(is_good(&fixture, &tokens).await, (false, false), "{event}");
        assert!(
            fixture.sessions.opaque_caller(&mut fixture.work(), &opaque).await.is_err(),
            "{event}"
        );
        // A reactivation does not restore them.
        fixture.accounts.set_active(&mut fixture.work(), id, true).await.unwrap();
        assert_eq!(is_good(&fixture, &tokens).await, (false, false), "{event}");
        assert!(
            fixture.sessions.opaque_caller(&mut fixture.work(), &opaque).await.is_err(),
            "{event}"
        );
    }
}

#[tokio::test]
async fn deactivated_and_deleted_accounts_get_different_errors() {
    let fixture = Fixture::new().await;
    let id = fixture.register("alice").await.id;
    let tokens = fixture.log_in("alice", PASSWORD).await.unwrap();
    let opaque = fixture.log_in_opaque("alice", PASSWORD).await.unwrap();
    let check = async |fault| {
        for outcome in [
            fixture.sessions.caller(&mut fixture.work(), &tokens.access).await.map(drop),
            fixture
                .sessions
                .refresh(&mut fixture.work(), &tokens.refresh, Subject::Number)
                .await
                .map(drop),
            fixture.sessions.verify(&mut fixture.work(), &tokens.access).await,
        ] {
            match outcome {
                Err(Error::InvalidToken(found)) => assert_eq!(found, fault),
                other => panic!("{other:?}"),
            }
        }
    };

    fixture.accounts.set_active(&mut fixture.work(), id, false).await.unwrap();
    check(TokenError::InactiveAccount).await;
    fixture.accounts.delete(&mut fixture.work(), id).await.unwrap();
    check(TokenError::UnknownAccount).await;
    assert_refused!(
        fixture.sessions.opaque_caller(&mut fixture.work(), &opaque).await,
        Error::InvalidToken(TokenError::Invalid)
    );
    assert_refused!(
        fixture.sessions.blacklist(&mut fixture.work(), &tokens.refresh, None).await,
        Error::InvalidToken(TokenError::Invalid)
    );
}
