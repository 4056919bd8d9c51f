//! Migrations: the sets of the crates in use, run in order, by one process at a time.

mod apply;
mod carry_over;
mod harness;
mod plan;
mod record;
mod set;

use diesel::{Connection, sqlite::SqliteConnection};
use diesel_async::{
    AsyncPgConnection, SimpleAsyncConnection, async_connection_wrapper::AsyncConnectionWrapper,
};
use tokio::runtime::Handle;

use crate::{Db, Error, Result, db::Pools, postgres::Connector, sqlite};

use self::{
    apply::{Mode, apply},
    plan::Plan,
};

pub use self::set::{Migration, MigrationSet};

/// The advisory lock under which replicas migrate one after another. The number is "loggia" in ASCII.
const LOCK: &str = "SELECT pg_advisory_lock(119230763116897)";
const UNLOCK: &str = "SELECT pg_advisory_unlock(119230763116897)";

impl Db {
    /// Creates and updates the tables of the crates whose `MIGRATIONS` are given, and returns the versions that were missing.
    ///
    /// Runs one process at a time, and nothing twice. The order of `sets` does not matter: migrations run in the order of
    /// their numbers. Tables and recorded versions of everything else in the database are left alone.
    ///
    /// # Errors
    /// - [`Error::SchemaNewer`] if the database has a version of one of these sets that this program does not know.
    /// - [`Error::Migration`] if a set requires another one that is not given, or if a migration fails: the schema then is as it
    ///   was before that migration.
    pub async fn migrate(&self, sets: &[MigrationSet]) -> Result<Vec<String>> {
        self.with_schema(Plan::part(sets, self.backend())?, Mode::Run).await
    }

    /// Does what [`Db::migrate`] does, for a program that brings every set there is: a set that it does not know is newer too.
    ///
    /// # Errors
    /// As [`Db::migrate`], and [`Error::SchemaNewer`] for a version of any other set.
    pub async fn migrate_all(&self, sets: &[MigrationSet]) -> Result<Vec<String>> {
        self.with_schema(Plan::whole(sets, self.backend())?, Mode::Run).await
    }

    /// Returns the versions of these sets that the database does not have yet, and changes nothing.
    ///
    /// # Errors
    /// As [`Db::migrate`].
    pub async fn pending_migrations(&self, sets: &[MigrationSet]) -> Result<Vec<String>> {
        self.with_schema(Plan::part(sets, self.backend())?, Mode::Look).await
    }

    async fn with_schema(&self, plan: Plan, mode: Mode) -> Result<Vec<String>> {
        // Migrations run on synchronous connections, so they get a thread that may block.
        let outcome = match self.pools() {
            Pools::Sqlite(pools) => {
                let path = pools.path.clone();
                tokio::task::spawn_blocking(move || on_sqlite(&path, &plan, mode)).await
            }
            Pools::Postgres { connector, .. } => {
                let connector = connector.clone();
                tokio::task::spawn_blocking(move || on_postgres(&connector, &plan, mode)).await
            }
        };
        outcome.map_err(|panic| Error::Migration(panic.into()))?
    }
}

fn on_sqlite(path: &str, plan: &Plan, mode: Mode) -> Result<Vec<String>> {
    use diesel::connection::SimpleConnection;

    let mut connection =
        SqliteConnection::establish(path).map_err(|error| Error::Unavailable(error.to_string()))?;
    connection.batch_execute(sqlite::PRAGMAS)?;
    // One transaction around all of them: a second process waits for it and then finds nothing to do.
    connection.immediate_transaction(|connection| apply(connection, plan, mode))
}

fn on_postgres(connector: &Connector, plan: &Plan, mode: Mode) -> Result<Vec<String>> {
    let handle = Handle::current();
    let mut connection = handle
        .block_on(connector.establish())
        .map_err(|error| Error::Unavailable(error.to_string()))?;
    handle.block_on(connection.batch_execute(LOCK))?;
    let mut connection = AsyncConnectionWrapper::<AsyncPgConnection>::from(connection);
    let outcome = apply(&mut connection, plan, mode);
    // A lost connection releases the lock by itself.
    handle.block_on(connection.into_inner().batch_execute(UNLOCK))?;
    outcome
}

#[cfg(test)]
mod tests;
