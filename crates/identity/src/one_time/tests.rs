//! Tests of token requests during a change of the account.

use std::sync::Arc;

use async_trait::async_trait;
use loggia_db::{self as db, Work};
use loggia_kernel::{Change, Clock, Email, Username};
use loggia_testkit::{FrozenClock, TestDb};
use tokio::sync::Notify;

use super::{OneTimeTokens, StoredOneTimeTokens};
use crate::{
    AccountPatch, Accounts, EmailKind, EmailOutbox, EmailRequest, Error, NewAccount, NewUsername,
    PasswordReset, SessionPolicy, StoredAccounts,
    accounts::changes::apply,
    passwords::{Hasher, Params, Password, Policy},
    store::accounts as store,
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
async fn none_is_created_for_an_address_that_is_being_replaced() {
    let database = TestDb::open().await;
    let db = database.db();
    let clock: Arc<dyn Clock> = Arc::new(FrozenClock::default());
    let hasher = Hasher::new(Params::cheap(), 2, 8);
    let policy = SessionPolicy::Strict;
    let accounts = StoredAccounts::new(hasher.clone(), policy, Arc::clone(&clock));
    let policies = (Policy::None, policy);
    let one_time =
        StoredOneTimeTokens::new(hasher, policies, Arc::new(NoOutbox), Arc::clone(&clock));
    let (old, new) =
        (Email::parse("old@example.com").unwrap(), Email::parse("new@example.com").unwrap());
    let username = NewUsername::Given(Username::parse("alice").unwrap());
    let password = Password::new("Str0ng-Passw0rd!").unwrap();
    let account = NewAccount::new(username, Some(old.clone()), Some(password));
    let account = accounts.register(&mut db.work(), account).await.unwrap();
    let patch = AccountPatch { email: Change::Set(new), ..AccountPatch::default() };
    // Opens two connections first: a request that has to connect would miss the change.
    let (mut one, mut other) = (db.work(), db.work());
    let (one, other) =
        tokio::join!(store::by_id(&mut one, account.id), store::by_id(&mut other, account.id));
    assert_eq!(one.unwrap(), other.unwrap());

    let is_changed = Notify::new();
    let changing = db.transaction(async |work| {
        apply(work, account.id, &patch, clock.now()).await?;
        is_changed.notify_one();
        // Each iteration queries the database, which gives the request time to reach it.
        for _ in 0..20 {
            store::by_id(work, account.id).await?;
        }
        Ok::<_, Error>(())
    });
    let issuing = async {
        is_changed.notified().await;
        let kind = EmailKind::PasswordReset(old.clone());
        one_time.issue(&mut db.work(), &kind, clock.now()).await
    };
    let (issued, changed) = tokio::join!(issuing, changing);

    changed.unwrap();
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
