//! A database for one test.

use diesel_async::RunQueryDsl;
use loggia_db::{Db, MigrationSet, Result, run};

use crate::{migrations, postgres, sqlite};

/// Enough for a race; and so few that a machine of many cores, with a test on each, stays under the server's limit.
const POOL: usize = 4;

/// A database of its own with every crate's tables: a file of SQLite, or a database on the PostgreSQL of `TEST_DATABASE_URL`.
///
/// It goes when this is dropped, even under a [`Db`] that is still open.
pub struct TestDb {
    db: Db,
    url: String,
    _home: Home,
}

/// What the database lives in; dropping it removes the database.
enum Home {
    Postgres(#[expect(dead_code, reason = "kept for its drop")] postgres::Database),
    Sqlite(#[expect(dead_code, reason = "kept for its drop")] tempfile::TempDir),
}

impl TestDb {
    /// Makes one. Its connections live on the calling runtime.
    ///
    /// # Panics
    /// If it cannot: a `TEST_DATABASE_URL` that is neither unset nor a PostgreSQL's, no such server, or a migration that
    /// fails. Nothing is skipped and no other database is taken instead.
    pub async fn open() -> Self {
        Self::with_pool(POOL).await
    }

    /// As [`TestDb::open`], with `pool` connections instead of the usual four; on SQLite, readers.
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

    /// Makes one without tables: for tests of migrations.
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
        Self {
            db,
            url,
            _home: home,
        }
    }

    /// The database, opened.
    pub fn db(&self) -> Db {
        self.db.clone()
    }

    /// Does what no service does: for a state that comes from elsewhere, as from an import.
    ///
    /// # Panics
    /// If the database refuses.
    pub async fn execute(&self, sql: &str) {
        if let Err(error) = self.try_to_execute(sql).await {
            panic!("{sql}: {error}");
        }
    }

    async fn try_to_execute(&self, sql: &str) -> Result<()> {
        let mut conn = self.db.write().await?;
        run!(&mut *conn, |c| diesel::sql_query(sql).execute(c)).map(drop)
    }

    /// Where it is, as [`Db::open`] takes it: for a test that opens it a second time, as another process would.
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

/// The PostgreSQL to use, if any.
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
