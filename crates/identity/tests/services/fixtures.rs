//! Fixtures: all services on an empty database with a frozen clock.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use diesel::{ExpressionMethods, QueryDsl};
use loggia_db::{RunQueryDsl, Work, run};
use loggia_identity::{
    Account, Accounts, EmailKind, EmailOutbox, EmailRequest, IssuedToken, LoginAttempts, LoginName,
    LoginRequest, NewAccount, NewUsername, OneTimeTokens, Result, SecretKey, SessionPolicy,
    SessionSettings, Sessions, StoredAccounts, StoredOneTimeTokens, StoredOrganizations,
    StoredPasswords, StoredSessions, Subject, TokenPair,
    passwords::{Hasher, Params, Password, Policy},
};
use loggia_kernel::{AccountId, Clock, Email, Timestamp, Username};
use loggia_testkit::{FrozenClock, TestDb};

/// Satisfies Django's rules.
pub(crate) const PASSWORD: &str = "Str0ng-Passw0rd!";
/// Another such password.
pub(crate) const OTHER: &str = "An0ther-Passw0rd!";
/// The key of every test.
pub(crate) const KEY: &[u8] = b"a key of no use outside of tests";
/// The client address of requests, unless a test states another one.
pub(crate) const HERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

diesel::table! {
    accounts (id) {
        id -> BigInt,
        password_hash -> Nullable<Text>,
    }
}

/// All services of the crate.
pub(crate) struct Fixture {
    pub(crate) db: TestDb,
    pub(crate) clock: FrozenClock,
    pub(crate) accounts: Arc<StoredAccounts>,
    pub(crate) sessions: StoredSessions,
    pub(crate) passwords: StoredPasswords,
    pub(crate) one_time: StoredOneTimeTokens,
    pub(crate) organizations: StoredOrganizations,
    pub(crate) outbox: Arc<Recorded>,
}

impl Fixture {
    /// Creates services with the strict policy and without throttling.
    pub(crate) async fn new() -> Arc<Self> {
        Self::of(SessionPolicy::Strict, LoginAttempts::unlimited).await
    }

    pub(crate) async fn of(
        policy: SessionPolicy,
        attempts: impl FnOnce(Arc<dyn Clock>) -> LoginAttempts,
    ) -> Arc<Self> {
        let db = TestDb::open().await;
        let frozen = FrozenClock::default();
        let clock: Arc<dyn Clock> = Arc::new(frozen.clone());
        let attempts = attempts(Arc::clone(&clock));
        let hasher = Hasher::new(Params::cheap(), 4, 256);
        let settings = SessionSettings { policy, ..SessionSettings::default() };
        let rules = (Policy::Django, policy);
        let outbox = Arc::new(Recorded::default());
        let accounts = Arc::new(StoredAccounts::new(hasher.clone(), policy, Arc::clone(&clock)));
        Arc::new(Self {
            organizations: StoredOrganizations::new(Arc::clone(&clock)),
            sessions: StoredSessions::new(
                hasher.clone(),
                attempts.clone(),
                SecretKey::new(KEY).unwrap(),
                settings,
                Arc::clone(&clock),
            ),
            passwords: StoredPasswords::new(hasher.clone(), attempts, rules, Arc::clone(&clock)),
            one_time: StoredOneTimeTokens::new(
                hasher,
                rules,
                Arc::clone(&outbox) as Arc<dyn EmailOutbox>,
                clock,
            ),
            accounts,
            outbox,
            clock: frozen,
            db,
        })
    }

    /// Registers `name` with the address `name@example.com` and [`PASSWORD`].
    pub(crate) async fn register(&self, name: &str) -> Account {
        self.accounts.register(&mut self.work(), person(name)).await.unwrap()
    }

    pub(crate) async fn register_superuser(&self, name: &str) -> Account {
        let new = NewAccount { is_superuser: true, ..person(name) };
        self.accounts.register(&mut self.work(), new).await.unwrap()
    }

    pub(crate) async fn log_in(&self, name: &str, password_: &str) -> Result<TokenPair> {
        let attempt = attempt(name, password_);
        let (_, tokens) = self.sessions.log_in(&mut self.work(), &attempt, Subject::Number).await?;
        Ok(tokens)
    }

    pub(crate) async fn log_in_opaque(&self, name: &str, password_: &str) -> Result<String> {
        self.sessions.log_in_opaque(&mut self.work(), &attempt(name, password_)).await
    }

    /// Issues the token of an email, valid for an hour.
    pub(crate) async fn issue(&self, kind: &EmailKind) -> Option<IssuedToken> {
        self.one_time.issue(&mut self.work(), kind, self.in_an_hour()).await.unwrap()
    }

    /// Issues the token of a password reset.
    pub(crate) async fn reset_token(&self, name: &str) -> String {
        let kind = EmailKind::PasswordReset(address(name));
        self.issue(&kind).await.unwrap().token
    }

    /// A unit of work in auto mode.
    pub(crate) fn work(&self) -> Work {
        self.db.db().work()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn in_an_hour(&self) -> Timestamp {
        self.clock.now().plus(Duration::from_secs(60 * 60))
    }

    pub(crate) async fn stored_hash(&self, id: AccountId) -> Option<String> {
        run!(self.work(), |c| accounts::table
            .find(id.get())
            .select(accounts::password_hash)
            .first(c))
        .unwrap()
    }

    /// Stores a hash as an import from Django would.
    pub(crate) async fn store_hash(&self, id: AccountId, hash: &str) {
        run!(self.work(), |c| diesel::update(accounts::table.find(id.get()))
            .set(accounts::password_hash.eq(hash))
            .execute(c))
        .unwrap();
    }
}

/// An [`EmailOutbox`] that records emails once they are committed.
#[derive(Default)]
pub(crate) struct Recorded(Arc<Mutex<Vec<EmailRequest>>>);

impl Recorded {
    pub(crate) fn emails(&self) -> Vec<EmailRequest> {
        self.0.lock().unwrap().clone()
    }
}

#[async_trait]
impl EmailOutbox for Recorded {
    async fn enqueue(&self, work: &mut Work, email: &EmailRequest) -> loggia_db::Result<()> {
        let (enqueued, email) = (Arc::clone(&self.0), email.clone());
        work.after_commit(move || enqueued.lock().unwrap().push(email));
        Ok(())
    }
}

pub(crate) fn person(name: &str) -> NewAccount {
    NewAccount::new(
        NewUsername::Given(username(name)),
        Some(address(name)),
        Some(password(PASSWORD)),
    )
}

pub(crate) fn attempt(name: &str, password_: &str) -> LoginRequest {
    LoginRequest {
        login: LoginName::Email(format!("{name}@example.com")),
        password: password(password_),
        address: HERE,
    }
}

pub(crate) fn address(name: &str) -> Email {
    email(&format!("{name}@example.com"))
}

pub(crate) fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

pub(crate) fn username(text: &str) -> Username {
    Username::parse(text).unwrap()
}

pub(crate) fn password(text: &str) -> Password {
    Password::new(text).unwrap()
}

/// Runs `work` `times` times concurrently, each time on its own task. Returns the outcomes in any order.
pub(crate) async fn at_once<T, F>(times: usize, work: impl Fn(usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let tasks: Vec<_> = (0..times).map(|n| tokio::spawn(work(n))).collect();
    let mut outcomes = Vec::new();
    for task in tasks {
        outcomes.push(task.await.unwrap());
    }
    outcomes
}

/// Asserts that the outcome is this error.
#[macro_export]
macro_rules! assert_refused {
    ($outcome:expr, $pattern:pat) => {
        match $outcome {
            Err($pattern) => {}
            other => panic!("expected {}, got {other:?}", stringify!($pattern)),
        }
    };
}
