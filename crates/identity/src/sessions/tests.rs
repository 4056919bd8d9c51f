//! Tests of changes between the verification of the password and the opening of the session.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

use loggia_db::{Db, Work};
use loggia_kernel::{AccountId, Clock, Email, Timestamp, Username};
use loggia_testkit::{FrozenClock, TestDb};
use tokio::sync::Notify;

use super::{Sessions, StoredSessions, login::AuthenticatedAccount};
use crate::{
    Accounts, Error, LoginAttempts, LoginName, LoginRequest, NewAccount, NewUsername, SecretKey,
    SessionPolicy, SessionSettings, StoredAccounts, Subject,
    passwords::{Hasher, Params, Password},
    store::{accounts, sessions as store},
};

const PASSWORD: &str = "Str0ng-Passw0rd!";

struct Fixture {
    db: Db,
    sessions: StoredSessions,
    accounts: StoredAccounts,
    id: AccountId,
    now: Timestamp,
    _database: TestDb,
}

impl Fixture {
    /// Creates the account alice.
    async fn new() -> Self {
        let database = TestDb::open().await;
        let clock = FrozenClock::default();
        let now = clock.now();
        let clock: Arc<dyn Clock> = Arc::new(clock);
        let hasher = Hasher::new(Params::cheap(), 2, 8);
        let sessions = StoredSessions::new(
            hasher.clone(),
            LoginAttempts::unlimited(Arc::clone(&clock)),
            SecretKey::new([7; 32]).unwrap(),
            SessionSettings::default(),
            Arc::clone(&clock),
        );
        let accounts = StoredAccounts::new(hasher, SessionPolicy::Strict, clock);
        let new = NewAccount::new(
            NewUsername::Given(Username::parse("alice").unwrap()),
            Some(Email::parse("alice@example.com").unwrap()),
            Some(Password::new(PASSWORD).unwrap()),
        );
        let db = database.db();
        let id = accounts.register(&mut db.work(), new).await.unwrap().id;
        Self { db, sessions, accounts, id, now, _database: database }
    }

    async fn authenticate(&self) -> AuthenticatedAccount {
        let attempt = LoginRequest {
            login: LoginName::Username("alice".to_owned()),
            password: Password::new(PASSWORD).unwrap(),
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
        };
        self.sessions.authenticate(&mut self.work(), &attempt).await.unwrap()
    }

    /// Returns whether the authentication opens a session, and whether it creates an opaque token.
    async fn opens(&self, authenticated: &AuthenticatedAccount) -> [bool; 2] {
        let hash = Some(authenticated.hash.as_str());
        let tokens = self
            .sessions
            .open_for(&mut self.work(), &authenticated.account, hash, Subject::Number)
            .await
            .unwrap();
        let opaque = self
            .db
            .transaction(async |work| self.sessions.issue_opaque(work, authenticated).await)
            .await
            .unwrap();
        [tokens.is_some(), opaque.is_some()]
    }

    fn work(&self) -> Work {
        self.db.work()
    }

    async fn set_hash(&self, work: &mut Work, hash: &str) {
        let is_set = accounts::set_password_hash(work, self.id, Some(hash), self.now).await;
        assert!(is_set.unwrap());
    }
}

#[tokio::test]
async fn opens_while_the_account_is_unchanged() {
    let fixture = Fixture::new().await;
    let authenticated = fixture.authenticate().await;
    assert_eq!(fixture.opens(&authenticated).await, [true, true]);
    assert_eq!(fixture.opens(&authenticated).await, [true, true]);
}

/// A login computes one password hash in this case, too.
#[tokio::test]
async fn one_authentication_suffices_to_replace_an_opaque_token_of_another_key() {
    let mut fixture = Fixture::new().await;
    let authenticated = fixture.authenticate().await;
    assert_eq!(fixture.opens(&authenticated).await, [true, true]);

    fixture.sessions.keys = SecretKey::new([8; 32]).unwrap().into();

    assert_eq!(fixture.opens(&authenticated).await, [true, true]);
}

#[tokio::test]
async fn opens_nothing_after_a_change_of_the_password() {
    let fixture = Fixture::new().await;
    let authenticated = fixture.authenticate().await;
    fixture.set_hash(&mut fixture.work(), "another").await;
    assert_eq!(fixture.opens(&authenticated).await, [false, false]);
}

#[tokio::test]
async fn opens_nothing_for_a_deactivated_or_deleted_account() {
    let fixture = Fixture::new().await;
    let authenticated = fixture.authenticate().await;
    fixture.accounts.set_active(&mut fixture.work(), fixture.id, false).await.unwrap();
    assert_eq!(fixture.opens(&authenticated).await, [false, false]);
    fixture.accounts.delete(&mut fixture.work(), fixture.id).await.unwrap();
    assert_eq!(fixture.opens(&authenticated).await, [false, false]);
}

/// Opening a session waits for an uncommitted change of the password and then sees it.
#[tokio::test]
async fn waits_for_an_uncommitted_change() {
    let fixture = Fixture::new().await;
    for is_kept in [true, false] {
        let authenticated = fixture.authenticate().await;
        let is_changed = Notify::new();

        let opening = async {
            is_changed.notified().await;
            let (account, hash) = (&authenticated.account, authenticated.hash.as_str());
            let work = &mut fixture.work();
            let opening = fixture.sessions.open_for(work, account, Some(hash), Subject::Number);
            opening.await.unwrap()
        };
        let changing = fixture.db.transaction(async |work| {
            fixture.set_hash(work, "another").await;
            is_changed.notify_one();
            // Each iteration queries the database, which gives the opening time to reach it.
            for _ in 0..20 {
                store::revoke_all(work, fixture.id, None, fixture.now).await?;
            }
            is_kept.then_some(()).ok_or(Error::NotFound)
        });
        let (tokens, changed) = tokio::join!(opening, changing);

        assert_eq!(changed.is_ok(), is_kept);
        assert_eq!(tokens.is_some(), !is_kept);
        let mut work = fixture.work();
        if let Some(tokens) = tokens {
            assert!(fixture.sessions.caller(&mut work, &tokens.access).await.is_ok());
        }
        fixture.set_hash(&mut work, &authenticated.hash).await;
    }
}
