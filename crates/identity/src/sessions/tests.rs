//! Tests of changes between the verification of the password and the opening of the session.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

use loggia_db::{Db, Tx};
use loggia_kernel::{AccountId, Clock, Email, Timestamp, Username};
use loggia_testkit::{FrozenClock, TestDb};

use super::{
    LoginName, LoginRequest, SessionSettings, Sessions, StoredSessions, Subject,
    login::AuthenticatedAccount, store,
};
use crate::{
    Accounts, LoginAttempts, NewAccount, NewUsername, SecretKey, SessionPolicy, StoredAccounts,
    accounts::store as accounts,
    passwords::{Hasher, Params, Password},
};

const PASSWORD: &str = "Str0ng-Passw0rd!";

struct World {
    db: Db,
    sessions: StoredSessions,
    accounts: StoredAccounts,
    id: AccountId,
    now: Timestamp,
    _database: TestDb,
}

impl World {
    /// Creates the account alice.
    async fn new() -> Self {
        let database = TestDb::open().await;
        let clock = FrozenClock::default();
        let now = clock.now();
        let clock: Arc<dyn Clock> = Arc::new(clock);
        let hasher = Hasher::new(Params::cheap(), 2, 8);
        let sessions = StoredSessions::new(
            database.db(),
            hasher.clone(),
            LoginAttempts::unlimited(Arc::clone(&clock)),
            SecretKey::new([7; 32]).unwrap(),
            SessionSettings::default(),
            Arc::clone(&clock),
        );
        let accounts = StoredAccounts::new(database.db(), hasher, SessionPolicy::Strict, clock);
        let new = NewAccount::new(
            NewUsername::Given(Username::parse("alice").unwrap()),
            Some(Email::parse("alice@example.com").unwrap()),
            Some(Password::new(PASSWORD).unwrap()),
        );
        let id = accounts.register(new).await.unwrap().id;
        Self {
            db: database.db(),
            sessions,
            accounts,
            id,
            now,
            _database: database,
        }
    }

    async fn authenticate(&self) -> AuthenticatedAccount {
        let attempt = LoginRequest {
            login: LoginName::Username("alice".to_owned()),
            password: Password::new(PASSWORD).unwrap(),
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
        };
        self.sessions.authenticate(&attempt).await.unwrap()
    }

    /// Returns whether the authentication opens a session, and whether it creates an opaque token.
    async fn opens(&self, authenticated: &AuthenticatedAccount) -> [bool; 2] {
        let hash = Some(authenticated.hash.as_str());
        let tokens = self
            .sessions
            .open_for(&authenticated.account, hash, Subject::Number)
            .await
            .unwrap();
        let mut tx = self.db.begin().await.unwrap();
        let opaque = self
            .sessions
            .issue_opaque(&mut tx, authenticated)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        [tokens.is_some(), opaque.is_some()]
    }

    async fn set_hash(&self, tx: &mut Tx) {
        let is_set = accounts::set_password_hash(tx, self.id, Some("another"), self.now).await;
        assert!(is_set.unwrap());
    }
}

#[tokio::test]
async fn holds_while_the_account_is_as_it_was() {
    let world = World::new().await;
    let authenticated = world.authenticate().await;
    assert_eq!(world.opens(&authenticated).await, [true, true]);
    assert_eq!(world.opens(&authenticated).await, [true, true]);
}

/// A login computes one password hash in this case, too.
#[tokio::test]
async fn one_proof_is_enough_to_replace_an_opaque_token_of_another_key() {
    let mut world = World::new().await;
    let authenticated = world.authenticate().await;
    assert_eq!(world.opens(&authenticated).await, [true, true]);

    world.sessions.keys = SecretKey::new([8; 32]).unwrap().into();

    assert_eq!(world.opens(&authenticated).await, [true, true]);
}

#[tokio::test]
async fn opens_nothing_once_the_password_is_another() {
    let world = World::new().await;
    let authenticated = world.authenticate().await;
    let mut tx = world.db.begin().await.unwrap();
    world.set_hash(&mut tx).await;
    tx.commit().await.unwrap();
    assert_eq!(world.opens(&authenticated).await, [false, false]);
}

#[tokio::test]
async fn opens_nothing_for_the_shut_out_or_the_deleted() {
    let world = World::new().await;
    let authenticated = world.authenticate().await;
    world.accounts.set_active(world.id, false).await.unwrap();
    assert_eq!(world.opens(&authenticated).await, [false, false]);
    world.accounts.delete(world.id).await.unwrap();
    assert_eq!(world.opens(&authenticated).await, [false, false]);
}

/// Opening a session waits for an uncommitted change of the password and then sees it.
#[tokio::test]
async fn waits_for_a_change_that_is_on_its_way() {
    let world = World::new().await;
    for is_kept in [true, false] {
        let authenticated = world.authenticate().await;
        let mut tx = world.db.begin().await.unwrap();
        world.set_hash(&mut tx).await;

        let hash = Some(authenticated.hash.as_str());
        let opening = world
            .sessions
            .open_for(&authenticated.account, hash, Subject::Number);
        let changing = async {
            // Each iteration queries the database, which gives the opening time to reach it.
            for _ in 0..20 {
                store::revoke_all(&mut tx, world.id, None, world.now)
                    .await
                    .unwrap();
            }
            if is_kept {
                tx.commit().await.unwrap();
            } else {
                tx.rollback().await.unwrap();
            }
        };
        let (tokens, ()) = tokio::join!(opening, changing);

        let tokens = tokens.unwrap();
        assert_eq!(tokens.is_some(), !is_kept);
        if let Some(tokens) = tokens {
            assert!(world.sessions.caller(&tokens.access).await.is_ok());
        }
        let mut tx = world.db.begin().await.unwrap();
        accounts::set_password_hash(&mut tx, world.id, Some(&authenticated.hash), world.now)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
}
