//! The contents of the logs: security events, and no secrets.

use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex};

use loggia_identity::{Error, passwords::Password};
use serde_json::json;
use tracing::Dispatch;
use tracing::subscriber::{DefaultGuard, NoSubscriber};
use tracing_subscriber::fmt::MakeWriter;

use crate::api::fixtures::administrator_by_name;
use crate::app::{TestApp, new_account};

/// A second subscriber that records nothing and lives as long as the process.
///
/// tracing caches each call site's interest for all threads. With a single subscriber, the first thread to reach a call
/// site decides with its own default: on another test's thread that is none, and the log under test would then miss the
/// call site. With several subscribers, all are consulted. Source: tracing-core 0.1.36, `callsite.rs`, `Rebuilder`.
static SECOND: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(NoSubscriber::new()));

/// Everything logged on this thread, at every level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn start() -> (Self, DefaultGuard) {
        let log = Self::default();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_writer(log.clone())
            .finish();
        LazyLock::force(&SECOND);
        (log, tracing::subscriber::set_default(subscriber))
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    /// Returns the security events, without the time.
    fn events(&self) -> Vec<String> {
        let text = self.text();
        let events = text.lines().filter_map(|line| {
            let (_, event) = line.split_once("loggia::security: ")?;
            Some(event.to_owned())
        });
        events.collect()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

const EMAIL: &str = "jane.doe@example.com";
const OLD: &str = "c0rrect-horse-battery";
const NEW: &str = "an0ther-staple-entirely";
const WRONG: &str = "wr0ng-guess-entirely";

/// Runs an account through its lifecycle and returns every secret sent or received.
async fn run_lifecycle(app: &TestApp) -> Vec<String> {
    let anonymous = app.anonymous();
    let log_in = |password: &str| json!({ "email": EMAIL, "password": password });
    let born = anonymous.post("/api/v1/auth/register", log_in(OLD)).await;
    anonymous.post("/api/v1/token/pair", log_in(WRONG)).await;
    let pair = anonymous.post("/api/v1/token/pair", log_in(OLD)).await;
    let opaque = json!({ "username": "jane.doe", "password": OLD });
    let opaque = anonymous.post("/auth/token/login/", opaque).await;
    let request = json!({ "email": EMAIL });
    anonymous.post("/api/v1/auth/password-reset/request", request).await;
    let messages = app.sent_mail().await;
    let link = messages[0].text().split("token=").nth(1).unwrap();
    let token = link.split_whitespace().next().unwrap().to_owned();
    let confirm = json!({ "token": token, "new_password": NEW });
    let confirmed = anonymous.post("/api/v1/auth/password-reset/confirm", confirm).await;
    assert_eq!(confirmed.status, 200);
    let verify = format!("/api/v1/auth/email/verify?token={token}");
    anonymous.get(&verify).await;
    let mut secrets: Vec<String> =
        [OLD, NEW, WRONG, EMAIL, TestApp::SECRET].map(str::to_owned).into();
    secrets.extend([
        born.text_at("/access"),
        born.text_at("/refresh"),
        pair.text_at("/access"),
        pair.text_at("/refresh"),
        opaque.text_at("/auth_token"),
        token,
    ]);
    secrets
}

#[actix_web::test]
async fn contain_no_secret_at_any_level() {
    let (log, _guard) = Log::start();
    let app = TestApp::spawn().await;
    let secrets = run_lifecycle(&app).await;
    let text = log.text();
    assert!(text.contains("/api/v1/token/pair"), "requests are logged");
    for secret in secrets {
        assert!(!text.contains(&secret), "{secret} is in the log");
    }
}

#[actix_web::test]
async fn record_each_security_event_once() {
    let (log, _guard) = Log::start();
    let app = TestApp::spawn().await;
    run_lifecycle(&app).await;
    assert_eq!(
        log.events(),
        [
            "registration account=1",
            "log-in account=1 reason=wrong login or password",
            "log-in account=1",
            "log-in account=1",
            "password reset account=1",
        ]
    );
}

/// Each record names actor, account and role, and the reason if it was rejected.
#[actix_web::test]
async fn record_actor_account_and_role_of_each_assignment() {
    let (log, _guard) = Log::start();
    let app = TestApp::spawn().await;
    let (admin, alice) = (app.admin().await, app.user("alice").await);
    let role = json!({ "name": "Givers", "permission_ids": [6] });
    let role = admin.post("/api/roles/", role).await;
    assert_eq!(role.json()["id"], 2);
    let givers = json!({ "user": alice.account().id.get(), "role": 2 });
    let given = admin.post("/api/user-roles/", givers).await;
    assert_eq!(given.json()["id"], 1);
    let admins = json!({ "user": alice.account().id.get(), "role": 1 });
    alice.post("/api/user-roles/", admins).await;
    alice.get("/api/roles/").await;
    admin.delete("/api/roles/1/", ()).await;
    let patch = json!({ "description": "d" });
    admin.patch("/api/roles/2/", patch).await;
    admin.delete("/api/user-roles/1/", ()).await;
    admin.delete("/api/roles/2/", ()).await;
    assert_eq!(
        log.events(),
        [
            "registration account=1",
            "registration account=2",
            "role creation actor=1 role=2",
            "role grant actor=1 account=2 role=2",
            "role grant actor=2 account=2 role=1 reason=the actor lacks a permission that the change involves",
            r#"access refused account=2 needed="manage_roles view_roles""#,
            "role deletion actor=1 role=1 reason=the object is built in",
            "role change actor=1 role=2",
            "role removal actor=1 account=2 role=2",
            "role deletion actor=1 role=2",
        ]
    );
}

/// A creation is rolled back if the caller may not grant the role of the account.
#[actix_web::test]
async fn record_no_creation_of_an_account_that_is_rolled_back() {
    let (log, _guard) = Log::start();
    let app = TestApp::spawn().await;
    let clerk = administrator_by_name(&app, "clerk").await;
    let new = |role: &str| json!({ "email": EMAIL, "password": OLD, "role": role });

    let refused = clerk.post("/api/auth/admin/users/", new("admin")).await;
    let created = clerk.post("/api/auth/admin/users/", new("user")).await;

    assert_eq!((refused.status.as_u16(), created.status.as_u16()), (403, 201));
    let id = created.json()["id"].clone();
    assert_eq!(
        log.events(),
        [
            "registration account=1".to_owned(),
            "role grant actor=1 account=2 role=1 reason=the actor lacks a permission that the change involves"
                .to_owned(),
            format!("account creation actor=1 account={id}"),
        ]
    );
}

#[actix_web::test]
async fn record_nothing_of_a_transaction_that_is_rolled_back() {
    let (log, _guard) = Log::start();
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let (id, services) = (alice.account().id, app.services());
    let registered = log.events();

    let outcome = services
        .db
        .transaction(async |work| {
            services.accounts.register(work, new_account("bob")).await?;
            let group = services.organizations.create(work, id, "Acme").await?;
            let group = group.organization.id;
            services.organizations.delete(work, id, group).await?;
            let password = Password::new(NEW).unwrap();
            services.passwords.set(work, id, Some(&password)).await?;
            services.accounts.set_active(work, id, false).await?;
            services.accounts.set_active(work, id, true).await?;
            services.accounts.delete(work, id).await?;
            Err::<(), _>(Error::NotFound)
        })
        .await;

    assert!(matches!(outcome, Err(Error::NotFound)), "{outcome:?}");
    assert_eq!(log.events(), registered);
}

/// Each record names actor, organization, account and role, and the reason if it was rejected.
#[actix_web::test]
async fn record_actor_account_and_role_of_each_membership() {
    let (log, _guard) = Log::start();
    let app = TestApp::spawn().await;
    let (jane, bob) = (app.user("jane").await, app.user("bob").await);
    let members = "/api/v1/orgs/acme/members/";
    let of = |username: &str| format!("{members}{username}/");
    jane.post("/api/v1/orgs/", json!({ "name": "Acme" })).await;
    jane.post(members, json!({ "username": "bob" })).await;
    bob.patch(&of("bob"), json!({ "role": "owner" })).await;
    jane.patch(&of("bob"), json!({ "role": "admin" })).await;
    jane.delete(&of("jane"), ()).await;
    jane.delete(&of("bob"), ()).await;
    jane.delete("/api/v1/orgs/acme/", ()).await;
    assert_eq!(
        log.events(),
        [
            "registration account=1",
            "registration account=2",
            "organization creation actor=1 organization=3",
            r#"membership grant actor=1 organization=3 account=2 role="member""#,
            "membership change actor=2 organization=3 reason=not allowed in the organization: RoleTooSmall",
            r#"membership change actor=1 organization=3 account=2 role="admin""#,
            "membership removal actor=1 organization=3 reason=not allowed in the organization: LastOwner",
            r#"membership removal actor=1 organization=3 account=2 role="admin""#,
            "organization deletion actor=1 organization=3",
        ]
    );
}
