//! Tests of logins during revocation: no session that the old password opened stays valid.

use std::sync::Arc;

use loggia_identity::{
    Accounts, Caller, OneTimeTokens, PasswordReset, Passwords, Sessions, Subject,
};

use crate::fixtures::{Fixture, HERE, OTHER, PASSWORD, at_once, password};

/// The token of a login with the old password.
#[derive(Debug)]
enum Token {
    Signed(loggia_identity::TokenPair),
    Opaque(String),
}

async fn log_in(fixture: &Fixture, n: usize) -> Option<Token> {
    if n.is_multiple_of(2) {
        fixture.log_in("alice", PASSWORD).await.ok().map(Token::Signed)
    } else {
        fixture.log_in_opaque("alice", PASSWORD).await.ok().map(Token::Opaque)
    }
}

/// Runs eight logins and, at the same time, an operation that revokes sessions. Afterwards no token of theirs is valid.
async fn check(fixture: &Arc<Fixture>, end: impl AsyncFnOnce(&Fixture)) {
    let logins = tokio::spawn({
        let fixture = Arc::clone(fixture);
        async move {
            at_once(8, |n| {
                let fixture = Arc::clone(&fixture);
                async move { log_in(&fixture, n).await }
            })
            .await
        }
    });
    end(fixture).await;
    for token in logins.await.unwrap().into_iter().flatten() {
        let is_open = match &token {
            Token::Signed(tokens) => {
                fixture.sessions.caller(&mut fixture.work(), &tokens.access).await.is_ok()
                    || fixture
                        .sessions
                        .refresh(&mut fixture.work(), &tokens.refresh, Subject::Number)
                        .await
                        .is_ok()
            }
            Token::Opaque(opaque) => {
                fixture.sessions.opaque_caller(&mut fixture.work(), opaque).await.is_ok()
            }
        };
        assert!(!is_open, "a session outlived its revocation");
    }
}

async fn caller(fixture: &Fixture) -> Caller {
    let account = fixture
        .accounts
        .by_username(&mut fixture.work(), &crate::fixtures::username("alice"))
        .await
        .unwrap();
    let tokens =
        fixture.sessions.open(&mut fixture.work(), &account, Subject::Number).await.unwrap();
    fixture.sessions.caller(&mut fixture.work(), &tokens.access).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_login_outlives_a_concurrent_password_change() {
    let fixture = Fixture::new().await;
    let id = fixture.register("alice").await.id;
    for _ in 0..8 {
        let caller = caller(&fixture).await;
        let (old, new) = (password(PASSWORD), password(OTHER));
        check(&fixture, async |fixture| {
            fixture.passwords.change(&mut fixture.work(), &caller, &old, &new, HERE).await.unwrap();
        })
        .await;
        assert!(fixture.log_in("alice", OTHER).await.is_ok());
        fixture.passwords.set(&mut fixture.work(), id, Some(&old)).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_login_outlives_a_concurrent_reset() {
    let fixture = Fixture::new().await;
    let id = fixture.register("alice").await.id;
    for _ in 0..8 {
        check(&fixture, async |fixture| {
            loop {
                // An opaque login invalidates a pending token, as in Django.
                let reset = PasswordReset {
                    token: &fixture.reset_token("alice").await,
                    owner: Some(id),
                    password: &password(OTHER),
                };
                if fixture.one_time.reset_password(&mut fixture.work(), reset).await.is_ok() {
                    break;
                }
            }
        })
        .await;
        fixture.passwords.set(&mut fixture.work(), id, Some(&password(PASSWORD))).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_login_outlives_a_concurrent_deactivation() {
    let fixture = Fixture::new().await;
    let id = fixture.register("alice").await.id;
    for _ in 0..8 {
        check(&fixture, async |fixture| {
            fixture.accounts.set_active(&mut fixture.work(), id, false).await.unwrap();
            fixture.accounts.set_active(&mut fixture.work(), id, true).await.unwrap();
            // A session opened after the reactivation stays valid, so this prevents further logins.
            fixture.passwords.set(&mut fixture.work(), id, None).await.unwrap();
        })
        .await;
        fixture.passwords.set(&mut fixture.work(), id, Some(&password(PASSWORD))).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_operations_on_one_account_do_not_deadlock() {
    let fixture = Fixture::new().await;
    let id = fixture.register("alice").await.id;
    let caller = Arc::new(caller(&fixture).await);

    let outcomes = at_once(40, |n| {
        let (fixture, caller) = (Arc::clone(&fixture), Arc::clone(&caller));
        async move {
            let same = password(PASSWORD);
            match n % 8 {
                0 => {
                    fixture.passwords.change(&mut fixture.work(), &caller, &same, &same, HERE).await
                }
                1 => {
                    let token = fixture.reset_token("alice").await;
                    let reset = PasswordReset { token: &token, owner: None, password: &same };
                    fixture.one_time.reset_password(&mut fixture.work(), reset).await.map(drop)
                }
                2 => fixture.log_in_opaque("alice", PASSWORD).await.map(drop),
                3 => fixture.sessions.revoke_opaque(&mut fixture.work(), id).await,
                4 => fixture.accounts.set_active(&mut fixture.work(), id, true).await.map(drop),
                5 => fixture.passwords.set(&mut fixture.work(), id, Some(&same)).await,
                6 => fixture.sessions.purge(&mut fixture.work()).await.map(drop),
                _ => fixture.log_in("alice", PASSWORD).await.map(drop),
            }
        }
    })
    .await;

    for error in outcomes.into_iter().filter_map(Result::err) {
        assert!(!matches!(error, loggia_identity::Error::Store(_)), "{error:?}");
    }
}
