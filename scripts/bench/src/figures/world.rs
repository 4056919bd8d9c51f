//! A server with accounts, to be put under load.

use std::time::Duration;

use anyhow::{Result, bail};
use tempfile::TempDir;

use super::args::Args;
use crate::{
    api::{Client, new_email, new_password},
    database::Database,
    http,
    load::Load,
    server::{SECRET_KEY, Server, Setup, free_address},
};

/// A running server with its own database.
pub(super) struct World {
    pub(super) server: Server,
    pub(super) database: Database,
    pub(super) folder: TempDir,
}

/// A registered account.
pub(super) struct Person {
    pub(super) email: String,
    pub(super) password: String,
    pub(super) access: String,
    pub(super) slug: String,
    /// The slug of the personal organization.
    pub(super) organization: String,
}

impl World {
    pub(super) async fn start(args: &Args, postgres: Option<&str>) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let database = Database::create(postgres, folder.path()).await?;
        let server = Setup::loggia(&args.server, folder.path(), Some(database.url()))?
            .with("LOGGIA_WORKERS", args.workers)
            .with("LOGGIA_HASH_PERMITS", args.permits)
            .start("/readyz", None)
            .await?;
        Ok(Self { server, database, folder })
    }

    pub(super) fn is_postgres(&self) -> bool {
        self.database.is_postgres()
    }

    pub(super) async fn person(&self) -> Result<Person> {
        let (email, password) = (new_email(), new_password());
        let mut client = Client::new(self.server.address);
        let reply = client.register(&email, &password).await?;
        if !reply.is_success() {
            bail!("registration failed: {reply:?}");
        }
        let access = reply.text("access");
        let profile = client.profile(&access).await?;
        Ok(Person {
            access,
            slug: profile.text("slug"),
            organization: profile.text("org_slug"),
            email,
            password,
        })
    }

    pub(super) async fn people(&self, number: usize) -> Result<Vec<Person>> {
        let mut people = Vec::with_capacity(number);
        for _ in 0..number {
            people.push(self.person().await?);
        }
        Ok(people)
    }

    /// Measures the time to a response without other load, in milliseconds.
    pub(super) async fn p50(&self, args: &Args, path: &str, person: &Person) -> Result<f64> {
        let outcome = Load {
            address: self.server.address,
            requests: vec![http::request("GET", path, Some(&person.access), None)],
            connections: 1,
            warm_up: Duration::from_millis(250),
            measured: args.turn() / 2,
            pause: Duration::ZERO,
        }
        .run()
        .await?;
        if outcome.failures > 0 {
            bail!("{path} failed {} times", outcome.failures);
        }
        Ok(outcome.quantile_ms(0.5))
    }

    /// Returns this program as a server on this database, which is reached at `url`.
    pub(super) fn floor(&self, args: &Args, url: &str) -> Result<Setup> {
        let address = free_address()?;
        let arguments = [
            "floor",
            "--bind",
            &address.to_string(),
            "--database-url",
            url,
            "--secret-key",
            SECRET_KEY,
            "--workers",
            &args.workers.to_string(),
        ];
        Ok(Setup {
            program: std::env::current_exe()?,
            arguments: arguments.map(str::to_owned).to_vec(),
            environment: Vec::new(),
            folder: self.folder.path().to_owned(),
            address,
        })
    }

    /// Stops the server and removes its database.
    pub(super) async fn end(self) -> Result<()> {
        self.server.kill()?;
        self.database.remove().await
    }
}

impl Person {
    /// Returns a request for this account's profile.
    pub(super) fn profile(&self) -> Vec<u8> {
        http::request("GET", "/api/v1/users/me", Some(&self.access), None)
    }

    /// Returns a request that logs in with this account.
    pub(super) fn log_in(&self) -> Vec<u8> {
        let body = serde_json::json!({ "email": self.email, "password": self.password });
        http::request("POST", "/api/v1/token/pair", None, Some(&body.to_string()))
    }
}
