//! Migrations: compiled in, run in order, by one process at a time.

use diesel::{
    Connection,
    migration::{MigrationSource, MigrationVersion},
    pg::Pg,
    sqlite::{Sqlite, SqliteConnection},
};
use diesel_async::{
    AsyncPgConnection, SimpleAsyncConnection, async_connection_wrapper::AsyncConnectionWrapper,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use tokio::runtime::Handle;

use crate::{Db, Error, Result, db::Pools, postgres::Connector, sqlite};

const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");
const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");

/// Replicas that start at once take turns by this advisory lock. The number is "loggia" in ASCII.
const LOCK: &str = "SELECT pg_advisory_lock(119230763116897)";
const UNLOCK: &str = "SELECT pg_advisory_unlock(119230763116897)";

impl Db {
    /// Brings the schema up to date, and returns the versions that were missing. Does nothing the second time, and lets
    /// one process at a time do it.
    ///
    /// # Errors
    /// [`Error::SchemaNewer`] if a newer program was here before, [`Error::Migration`] if a migration fails: then the
    /// schema is as it was before that migration.
    pub async fn migrate(&self) -> Result<Vec<String>> {
        self.with_schema(Migrate::Run).await
    }

    /// The migrations that this program brings and the database has not seen: empty when it is ready.
    ///
    /// # Errors
    /// As [`Db::migrate`].
    pub async fn pending_migrations(&self) -> Result<Vec<String>> {
        self.with_schema(Migrate::Look).await
    }

    async fn with_schema(&self, what: Migrate) -> Result<Vec<String>> {
        // The harness is synchronous, so it gets a thread that may block.
        let outcome = match self.pools() {
            Pools::Sqlite(pools) => {
                let path = pools.path.clone();
                tokio::task::spawn_blocking(move || on_sqlite(&path, what)).await
            }
            Pools::Postgres { connector, .. } => {
                let connector = connector.clone();
                tokio::task::spawn_blocking(move || on_postgres(&connector, what)).await
            }
        };
        outcome.map_err(|panic| Error::Migration(panic.into()))?
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Migrate {
    Run,
    Look,
}

fn on_sqlite(path: &str, what: Migrate) -> Result<Vec<String>> {
    use diesel::connection::SimpleConnection;

    let mut connection =
        SqliteConnection::establish(path).map_err(|error| Error::Unavailable(error.to_string()))?;
    connection.batch_execute(sqlite::PRAGMAS)?;
    // One transaction around them all: a second process waits for it and then finds nothing to do.
    connection.immediate_transaction(|connection| apply::<Sqlite, _>(connection, &SQLITE, what))
}

fn on_postgres(connector: &Connector, what: Migrate) -> Result<Vec<String>> {
    let handle = Handle::current();
    let mut connection = handle
        .block_on(connector.establish())
        .map_err(|error| Error::Unavailable(error.to_string()))?;
    handle.block_on(connection.batch_execute(LOCK))?;
    let mut connection = AsyncConnectionWrapper::<AsyncPgConnection>::from(connection);
    let outcome = apply::<Pg, _>(&mut connection, &POSTGRES, what);
    // A lost connection gives the lock back by itself.
    handle.block_on(connection.into_inner().batch_execute(UNLOCK))?;
    outcome
}

fn apply<DB, C>(
    connection: &mut C,
    source: &EmbeddedMigrations,
    what: Migrate,
) -> Result<Vec<String>>
where
    DB: diesel::backend::Backend,
    C: MigrationHarness<DB>,
    EmbeddedMigrations: MigrationSource<DB>,
{
    let mut known = MigrationSource::<DB>::migrations(source).map_err(Error::Migration)?;
    known.sort_by_key(|migration| migration.name().version().as_owned());
    let applied = connection.applied_migrations().map_err(Error::Migration)?;
    let is_known = |version: &MigrationVersion<'_>| {
        known
            .iter()
            .any(|migration| migration.name().version() == *version)
    };
    if let Some(newer) = applied.iter().find(|version| !is_known(version)) {
        return Err(Error::SchemaNewer {
            version: newer.to_string(),
        });
    }
    let mut missing = Vec::new();
    for migration in &known {
        let version = migration.name().version();
        if applied.contains(&version.as_owned()) {
            continue;
        }
        if what == Migrate::Run {
            connection
                .run_migration(&**migration)
                .map_err(Error::Migration)?;
        }
        missing.push(version.to_string());
    }
    Ok(missing)
}
