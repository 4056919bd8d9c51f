//! Tests of login, logout and revocation under the strict policy.

use std::{sync::Arc, time::Duration};

use loggia_identity::{
    Accounts, Error, LoginName, LoginRequest, NewAccount, OneTimeTokens, PasswordReset, Passwords,
    Sessions, Subject, TokenError, TokenPair,
};

use crate::{
    assert_refused,
    fixtures::{Fixture, HERE, OTHER, PASSWORD, address, at_once, attempt, password, person},
};

const MINUTE: Duration = Duration::from_secs(60);

async fn is_good(fixture: &Fixture, tokens: &TokenPair) -> (bool, bool) {
    let access = fixture.sessions.caller(&mut fixture.work(), &tokens.access).await.is_ok();
    let refresh =
        fixture.sessions.refresh(&mut fixture.work(), &tokens.refresh, Subject::Number).await;
    assert_eq!(
        fixture.sessions.verify(&mut fixture.work(), &tokens.refresh).await.is_ok(),
        refresh.is_ok()
    );
    (access, refresh.is_ok())
}

#[tokio::test]
async fn logs_in_by_address_in_any_case_and_by_exact_user_name() {
    let fixture = Fixture::new().await;
    fixture.register("Alice").await;
    let check = async |login: LoginName| {
        let attempt = LoginRequest { login, password: password(PASSWORD), address: HERE };
        fixture.sessions.log_in(&mut fixture.work(), &attempt, Subject::Number).await
    };

    assert!(check(LoginName::Email(" ALICE@example.com ".to_owned())).await.is_ok());
    assert!(check(LoginName::Username("Alice".to_owned())).await.is_ok());
    assert_refused!(
        check(LoginName::Username("alice".to_owned())).await,
        Error::InvalidCredentials
    );
}

#[tokio::test]
async fn a_rejected_login_does_not_reveal_the_reason() {
    let fixture = Fixture::new().await;
    fixture.register("alice").await;
    let off = NewAccount { is_active: false, ..person("off") };
    fixture.accounts.register(&mut fixture.work(), off).await.unwrap();
    let passwordless = NewAccount { password: None, ..person("passwordless") };
    fixture.accounts.register(&mut fixture.work(), passwordless).await.unwrap();

    for (name, given) in [
        ("alice", OTHER),
        ("absent", PASSWORD),
        ("nob\0dy", PASSWORD),
        ("off", PASSWORD),
        ("passwordless", PASSWORD),
        ("passwordless", ""),
    ] {
        assert_refused!(fixture.log_in(name, given).await, Error::InvalidCredentials);
        assert_refused!(fixture.log_in_opaque(name, given).await, Error::InvalidCredentials);
    }
}

#[tokio::test]
async fn returns_the_callers_current_account() {
    let fixture = Fixture::new().await;
    let id = fixture.register("alice").await.id;
    let tokens = fixture.log_in("alice", PASSWORD).await.unwrap();
    let patch = loggia_identity::AccountPatch {
        first_name: Some("Alice".to_owned()),
        ..Default::default()
    };
    fixture.accounts.update(&mut fixture.work(), id, patch).await.unwrap();

    let caller = fixture.sessions.caller(&mut fixture.work(), &tokens.access).await.unwrap();

    assert_eq!((caller.account.id, caller.account.first_name.as_str()), (id, "Alice"));
}

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

#[tokio::test]
async fn no_session_is_opened_for_the_inactive_or_deleted() {
    let fixture = Fixture::new().await;
    let account = fixture.register("alice").await;
    assert!(fixture.sessions.open(&mut fixture.work(), &account, Subject::Number).await.is_ok());

    fixture.accounts.set_active(&mut fixture.work(), account.id, false).await.unwrap();
    assert_refused!(
        fixture.sessions.open(&mut fixture.work(), &account, Subject::Number).await,
        Error::InvalidCredentials
    );
    fixture.accounts.delete(&mut fixture.work(), account.id).await.unwrap();
    assert_refused!(
        fixture.sessions.open(&mut fixture.work(), &account, Subject::Number).await,
        Error::InvalidCredentials
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
async fn a_login_with_signed_tokens_does_not_change_the_account() {
    let fixture = Fixture::new().await;
    let before = fixture.register("alice").await;
    fixture.clock.advance(MINUTE);
    let (account, _) = fixture
        .sessions
        .log_in(&mut fixture.work(), &attempt("alice", PASSWORD), Subject::Number)
        .await
        .unwrap();
    assert_eq!(account, before);
    assert_eq!(
        fixture.accounts.by_email(&mut fixture.work(), &address("alice")).await.unwrap(),
        before
    );
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
