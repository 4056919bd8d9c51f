//! Tests of token requests during a change of the account.

use std::sync::Arc;

use async_trait::async_trait;
use loggia_db::{self as db, Work};
use loggia_kernel::{Change, Clock, Email, Username};
use loggia_testkit::{FrozenClock, TestDb};

use super::{OneTimeTokens, PasswordReset, StoredOneTimeTokens};
use crate::{
    AccountPatch, Accounts, EmailKind, EmailOutbox, EmailRequest, NewAccount, NewUsername,
    SessionPolicy, StoredAccounts,
    accounts::{service::apply, store},
    passwords::{Hasher, Params, Password, Policy},
};

struct NoOutbox;

#[async_trait]
impl EmailOutbox for NoOutbox {
    async fn enqueue(&self, _: &mut Work, _: &EmailRequest) -> db::Result<()> {
        Ok(())
    }
}

/// An uncommitted change of the email address blocks the creation of a token for the old address.
#[tokio::test]
async fn none_is_made_for_an_address_that_is_being_given_up() {
    let database = TestDb::open().await;
    let clock: Arc<dyn Clock> = Arc::new(FrozenClock::default());
    let hasher = Hasher::new(Params::cheap(), 2, 8);
    let policy = SessionPolicy::Strict;
    let accounts = StoredAccounts::new(database.db(), hasher.clone(), policy, Arc::clone(&clock));
    let accounts: Arc<dyn Accounts> = Arc::new(accounts);
    let one_time = StoredOneTimeTokens::new(
        database.db(),
        Arc::clone(&accounts),
        hasher,
        (Policy::None, policy),
        Arc::new(NoOutbox),
        Arc::clone(&clock),
    );
    let (old, new) = (
        Email::parse("old@example.com").unwrap(),
        Email::parse("new@example.com").unwrap(),
    );
    let password = Password::new("Str0ng-Passw0rd!").unwrap();
    let username = NewUsername::Given(Username::parse("alice").unwrap());
    let account = NewAccount::new(username, Some(old.clone()), Some(password.clone()));
    let id = accounts.register(account).await.unwrap().id;

    let db = database.db();
    // Opens the connections first: a request that has to connect would miss the change.
    drop(tokio::join!(db.read(), db.read()));
    let mut tx = db.begin().await.unwrap();
    let patch = AccountPatch {
        email: Change::Set(new),
        ..AccountPatch::default()
    };
    apply(&mut tx, id, patch, clock.now()).await.unwrap();
    let kind = EmailKind::PasswordReset(old);
    let (issued, ()) = tokio::join!(one_time.issue(&kind, clock.now()), async {
        // Each iteration queries the database, which gives the request time to reach it.
        for _ in 0..20 {
            store::by_id(&mut tx, id).await.unwrap();
        }
        tx.commit().await.unwrap();
    });

    assert!(issued.unwrap().is_none());
}

#[test]
fn a_reset_shows_neither_token_nor_password_in_debug() {
    let reset = PasswordReset {
        token: "a token",
        owner: None,
        password: &Password::new("a password").unwrap(),
    };
    assert_eq!(format!("{reset:?}"), "PasswordReset { owner: None, .. }");
}
