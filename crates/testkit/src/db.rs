//! A database for one test.

use std::collections::BTreeMap;

use loggia_db::{Db, MigrationSet, Result, RunQueryDsl, run};

use crate::{contents, migrations, postgres, sqlite};

/// Enough connections for a race, and few enough that a machine with many cores stays below the server's limit.
const POOL: usize = 4;

/// A separate database with the tables of all crates: an SQLite file, or a database on the PostgreSQL server of
/// `TEST_DATABASE_URL`.
///
/// Dropping it removes the database, even if a [`Db`] is still open.
pub struct TestDb {
    db: Db,
    url: String,
    _home: Home,
}

/// The resource that contains the database. Dropping it removes the database.
enum Home {
    Postgres(#[expect(dead_code, reason = "kept for its drop")] postgres::Database),
    Sqlite(#[expect(dead_code, reason = "kept for its drop")] tempfile::TempDir),
}

impl TestDb {
    /// Creates a database. Its connections live on the calling runtime.
    ///
    /// # Panics
    /// Panics if `TEST_DATABASE_URL` is set and not a PostgreSQL URL, the server is not reachable, or a migration
    /// fails. Never skips a test or falls back to another database.
    pub async fn open() -> Self {
        Self::with_pool(POOL).await
    }

    /// Creates a database as [`TestDb::open`] does, with `pool` connections instead of four. On SQLite, these are
    /// readers.
    ///
    /// # Panics
    /// As [`TestDb::open`].
    pub async fn with_pool(pool: usize) -> Self {
        let home = match server() {
            None => on_sqlite(migrations::sets()).await,
            Some(server) => on_postgres(postgres::Database::create(&server).await),
        };
        Self::at(home, pool).await
    }

    /// Creates a database without tables, for tests of migrations.
    ///
    /// # Panics
    /// As [`TestDb::open`].
    pub async fn empty() -> Self {
        let home = match server() {
            None => on_sqlite(&[]).await,
            Some(server) => on_postgres(postgres::Database::create_empty(&server).await),
        };
        Self::at(home, POOL).await
    }

    async fn at((url, home): (String, Home), pool: usize) -> Self {
        let db = match Db::open(&url, pool).await {
            Ok(db) => db,
            Err(error) => panic!("{url} does not open: {error}"),
        };
        Self { db, url, _home: home }
    }

    /// Returns the open database.
    pub fn db(&self) -> Db {
        self.db.clone()
    }

    /// Executes SQL for states that no service creates, such as those from an import.
    ///
    /// # Panics
    /// Panics if the database returns an error.
    pub async fn execute(&self, sql: &str) {
        if let Err(error) = self.try_to_execute(sql).await {
            panic!("{sql}: {error}");
        }
    }

    async fn try_to_execute(&self, sql: &str) -> Result<()> {
        run!(self.db.work(), |c| diesel::sql_query(sql).execute(c)).map(drop)
    }

    /// Returns the rows of every table as text, by the table's name, for tests that compare the whole database.
    ///
    /// # Panics
    /// Panics if the database returns an error.
    pub async fn contents(&self) -> BTreeMap<String, String> {
        match contents::of(&mut self.db.work()).await {
            Ok(contents) => contents,
            Err(error) => panic!("the tables cannot be read: {error}"),
        }
    }

    /// Returns the URL for [`Db::open`], for tests that open the database a second time as another process would.
    pub fn url(&self) -> &str {
        &self.url
    }
}

async fn on_sqlite(sets: &[MigrationSet]) -> (String, Home) {
    let (url, folder) = sqlite::create(sets).await;
    (url, Home::Sqlite(folder))
}

fn on_postgres(database: postgres::Database) -> (String, Home) {
    (database.url().to_owned(), Home::Postgres(database))
}

/// Returns the URL of the PostgreSQL server to use, if any.
fn server() -> Option<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "tests have no settings; the suite is pointed at a database from outside"
    )]
    let url = std::env::var("TEST_DATABASE_URL").unwrap_or_default();
    if url.is_empty() {
        None
    } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        Some(url)
    } else {
        panic!("TEST_DATABASE_URL is no postgres:// URL; leave it unset for SQLite")
    }
}
