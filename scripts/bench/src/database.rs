//! A database for one measurement or check, removed afterwards.

use std::path::Path;

use anyhow::{Context, Result};

use loggia_db::{Db, RunQueryDsl, run};
use uuid::Uuid;

/// A new, empty database.
pub(crate) struct Database {
    url: String,
    server: Option<String>,
}

impl Database {
    /// Creates a file in `folder`, or a new database on the PostgreSQL at `server`.
    pub(crate) async fn create(server: Option<&str>, folder: &Path) -> Result<Self> {
        let Some(server) = server else {
            return Ok(Self {
                url: format!("sqlite://{}", folder.join("loggia.db").display()),
                server: None,
            });
        };
        let name = format!("loggia_bench_{}", Uuid::new_v4().simple());
        execute(server, format!("CREATE DATABASE {name}"))
            .await
            .context("no database can be created on the PostgreSQL")?;
        Ok(Self { url: with_database(server, &name), server: Some(server.to_owned()) })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn is_postgres(&self) -> bool {
        self.server.is_some()
    }

    /// Returns the name of its kind in results.
    pub(crate) fn kind(&self) -> &'static str {
        if self.is_postgres() { "PostgreSQL" } else { "SQLite" }
    }

    /// Removes the database. A file is removed with its folder.
    pub(crate) async fn remove(self) -> Result<()> {
        let Some(server) = &self.server else {
            return Ok(());
        };
        let address = self.url.split('?').next().unwrap_or_default();
        let name = address.rsplit('/').next().unwrap_or_default();
        execute(server, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await
    }
}

async fn execute(server: &str, sql: String) -> Result<()> {
    let db = Db::open_without_deadlines(server, 1).await?;
    run!(db.work(), |c| diesel::sql_query(sql).execute(c))?;
    Ok(())
}

/// Returns the URL with another database name.
fn with_database(server: &str, name: &str) -> String {
    let (address, parameters) = match server.split_once('?') {
        Some((address, parameters)) => (address, format!("?{parameters}")),
        None => (server, String::new()),
    };
    let (scheme, rest) = address.split_once("://").unwrap_or(("postgres", address));
    let authority = rest.split('/').next().unwrap_or_default();
    format!("{scheme}://{authority}/{name}{parameters}")
}
