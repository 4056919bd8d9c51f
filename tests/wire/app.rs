//! The app under test: the production wiring over its own database, called in process.

mod caller;
mod pending_jobs;
mod redact;
mod request;
mod response;
mod service;

mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use gateway::config::Options;
use gateway::state::Parts;
use gateway::{Gateway, Services, email};
use loggia_db::Work;
use loggia_identity::passwords::{Hasher, Params, Password};
use loggia_identity::{NewAccount, NewUsername, SecretKey, SessionPolicy, Subject};
use loggia_kernel::{Clock, Email, Timestamp, Username};
use loggia_mail::{Memory, Message};
use loggia_storage::Storage;
use loggia_testkit::{FrozenClock, TestDb};

pub(crate) use caller::Caller;
pub(crate) use request::Request;
pub(crate) use response::Response;

use service::ErasedApp;

/// The app with all its parts. Unread mail and pending jobs fail the test when it drops.
pub(crate) struct TestApp {
    erased: ErasedApp,
    services: Services,
    clock: FrozenClock,
    mail: Memory,
    database: TestDb,
}

impl TestApp {
    /// The key that signs every token.
    pub(crate) const SECRET: &str = "wire-suite-only-secret-0123456789abcdef";

    /// The password of every account that [`TestApp::user`] and [`TestApp::admin`] create.
    pub(crate) const PASSWORD: &str = "Str0ng-Passw0rd!";

    /// Starts the app with its default settings, but without rate limits.
    pub(crate) async fn spawn() -> Self {
        Self::with(|_| ()).await
    }

    /// Starts the app with the session policy of the recorded transcripts.
    pub(crate) async fn django() -> Self {
        Self::with(|options| options.session.policy = SessionPolicy::Django).await
    }

    /// Starts the app with changed settings.
    pub(crate) async fn with(change: impl FnOnce(&mut Options)) -> Self {
        Self::with_parts(|parts| change(&mut parts.options)).await
    }

    /// Starts the app with replaced parts.
    pub(crate) async fn with_parts(change: impl FnOnce(&mut Parts)) -> Self {
        let options = Options { is_rate_limited: false, ..Options::default() };
        let (database, clock, mail) =
            (TestDb::open().await, FrozenClock::default(), Memory::default());
        let mut parts = Parts {
            db: database.db(),
            mailer: Arc::new(mail.clone()),
            templates: email::templates(None).expect("the built-in templates"),
            storage: Storage::open("memory://").expect("a store in memory"),
            hasher: Hasher::new(Params::cheap(), PERMITS, QUEUE),
            clock: Arc::new(clock.clone()),
            keys: SecretKey::new(Self::SECRET).expect("a long enough key").into(),
            options,
        };
        change(&mut parts);
        let services = Services::assemble(parts);
        let gateway = Gateway::new(services.clone());
        let service = actix_web::test::init_service(gateway::app(&gateway)).await;
        Self { erased: ErasedApp::of(service), services, clock, mail, database }
    }

    /// Returns a caller without a token.
    pub(crate) fn anonymous(&self) -> Caller<'_> {
        Caller::anonymous(self)
    }

    /// Registers `name` with the address `name@example.com` and logs in.
    ///
    /// # Panics
    /// If the account already exists or cannot be created.
    pub(crate) async fn user(&self, name: &str) -> Caller<'_> {
        self.log_in(new_account(name)).await
    }

    /// Creates the superuser `admin` and logs in.
    ///
    /// # Panics
    /// As [`TestApp::user`].
    pub(crate) async fn admin(&self) -> Caller<'_> {
        let new = NewAccount { is_superuser: true, ..new_account("admin") };
        self.log_in(new).await
    }

    async fn log_in(&self, new: NewAccount) -> Caller<'_> {
        let account = self.services.accounts.register(&mut self.work(), new).await;
        let account = account.expect("a new account");
        let tokens = self.services.sessions.open(&mut self.work(), &account, Subject::Number).await;
        Caller::known(self, account, tokens.expect("a session"))
    }

    /// Sends a request to the app as it would arrive over a connection.
    pub(crate) async fn send(&self, request: Request) -> Response {
        self.erased.send(request).await
    }

    /// Sends a request whose body pauses halfway, and runs `pause` then. Returns `None` if the response came without the
    /// rest of the body being read.
    pub(crate) async fn send_with_pause(
        &self,
        request: Request,
        pause: impl Future<Output = ()>,
    ) -> Option<Response> {
        let (response, paused) = self.erased.send_with_pause(request, pause).await;
        paused.map(|()| response)
    }

    /// Returns the rows of every table.
    pub(crate) async fn database_contents(&self) -> BTreeMap<String, String> {
        self.database.contents().await
    }

    /// Runs the jobs that are due and returns the emails sent since the last call, oldest first.
    ///
    /// # Panics
    /// If the database fails.
    pub(crate) async fn sent_mail(&self) -> Vec<Message> {
        let worker = gateway::worker::of(&self.services);
        worker.drain().await.expect("the jobs");
        self.mail.take()
    }

    /// Returns the services of the app, for changes that no request can make.
    pub(crate) fn services(&self) -> &Services {
        &self.services
    }

    /// Returns a unit of work in auto mode.
    pub(crate) fn work(&self) -> Work {
        self.services.db.work()
    }

    /// Marks `caller` as staff and changes nothing else. Requests and commands cannot do this, but an import can.
    ///
    /// # Panics
    /// If the database fails.
    pub(crate) async fn make_staff(&self, caller: &Caller<'_>) {
        let id = caller.account().id;
        self.execute(&format!("UPDATE accounts SET is_staff = TRUE WHERE id = {id}")).await;
    }

    /// Executes SQL, on SQLite on the connection that writes.
    ///
    /// # Panics
    /// If the database fails.
    pub(crate) async fn execute(&self, sql: &str) {
        self.database.execute(sql).await;
    }

    /// Returns the URL of the database, for a test that opens it a second time.
    pub(crate) fn database_url(&self) -> &str {
        self.database.url()
    }

    /// Returns the clock of the app. It stands still until the test advances it.
    pub(crate) fn clock(&self) -> &FrozenClock {
        &self.clock
    }

    /// Returns the current time of the app.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        // A second panic would abort the whole suite.
        if std::thread::panicking() {
            return;
        }
        let unread = self.mail.take();
        assert!(unread.is_empty(), "mail left unread: {unread:?}");
        let unrun = pending_jobs::count(self.database.url());
        assert_eq!(unrun, 0, "jobs left unrun");
    }
}

/// The number of passwords hashed concurrently; kept low so that races fill the queue.
const PERMITS: usize = 2;
/// The number of requests that may wait for hashing: more than the requests of any test's race.
const QUEUE: usize = 256;

pub(crate) fn new_account(name: &str) -> NewAccount {
    let username = Username::parse(name).expect("a user name");
    let email = Email::parse(&format!("{name}@example.com")).expect("an address");
    let password = Password::new(TestApp::PASSWORD).expect("a password");
    NewAccount::new(NewUsername::Given(username), Some(email), Some(password))
}
