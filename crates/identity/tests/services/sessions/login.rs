//! Login, and the account of a caller.

use loggia_identity::{Accounts, Error, LoginName, LoginRequest, NewAccount, Sessions, Subject};

use super::MINUTE;
use crate::{
    assert_refused,
    fixtures::{Fixture, HERE, OTHER, PASSWORD, address, attempt, password, person},
};

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
