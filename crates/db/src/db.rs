//! The database: opened once, shared by all of a program.

use std::sync::Arc;

use crate::{
    Error, Result, RunQueryDsl,
    postgres::{self, Deadlines},
    run, sqlite,
};

/// The kind of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// A PostgreSQL server.
    Postgres,
    /// SQLite, in a file.
    Sqlite,
}

/// A database with its pools of connections. Cheap to clone.
#[derive(Clone)]
pub struct Db(Arc<Pools>);

pub(crate) enum Pools {
    Postgres { pool: postgres::Pool, connector: postgres::Connector },
    Sqlite(sqlite::Pools),
}

impl Db {
    /// Opens the database at `url`: `sqlite://PATH`, or `postgres://...` with libpq's `sslmode` and `sslrootcert`.
    ///
    /// `pool` is the number of connections; on SQLite, of readers. Call it on the program's main runtime, which must keep
    /// running: PostgreSQL's connections and SQLite's long reads are driven there. Creates SQLite's file if it does not
    /// exist; connects to PostgreSQL when a connection is first needed.
    ///
    /// # Errors
    /// [`Error::Url`] if the URL is invalid, [`Error::Unavailable`] if the file cannot be opened.
    pub async fn open(url: &str, pool: usize) -> Result<Self> {
        Self::open_with(url, pool, Deadlines::OfRequests).await
    }

    /// Opens the database as [`Db::open`] does, for a tool whose statements may take any time on PostgreSQL.
    ///
    /// # Errors
    /// As [`Db::open`].
    pub async fn open_without_deadlines(url: &str, pool: usize) -> Result<Self> {
        Self::open_with(url, pool, Deadlines::Off).await
    }

    async fn open_with(url: &str, pool: usize, deadlines: Deadlines) -> Result<Self> {
        let pools = if let Some(path) = url.strip_prefix("sqlite://") {
            Pools::Sqlite(sqlite::Pools::open(path, pool).await?)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let connector = postgres::Connector::of(url, deadlines)?;
            Pools::Postgres { pool: connector.pool(pool)?, connector }
        } else {
            return Err(Error::Url("it begins with neither sqlite:// nor postgres://".to_owned()));
        };
        Ok(Self(Arc::new(pools)))
    }

    /// Returns the kind of database.
    pub fn backend(&self) -> Backend {
        match &*self.0 {
            Pools::Postgres { .. } => Backend::Postgres,
            Pools::Sqlite(_) => Backend::Sqlite,
        }
    }

    /// Runs a trivial query. On SQLite, it also writes to the file if the last write failed because the disk is full or the
    /// file read-only.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if no connection becomes free within three seconds, or none can be opened; that of the query.
    pub async fn ping(&self) -> Result<()> {
        if let Pools::Sqlite(pools) = self.pools() {
            pools.check_after_failure().await?;
        }
        run!(self.work(), |c| diesel::select(diesel::dsl::sql::<diesel::sql_types::Integer>("1"))
            .get_result::<i32>(c))
        .map(drop)
    }

    /// Checks that SQLite's file can be written. Does nothing on PostgreSQL.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the file or its directory is read-only, [`Error::Full`] if the disk is full.
    pub async fn check_writable(&self) -> Result<()> {
        match self.pools() {
            Pools::Sqlite(pools) => pools.check_writable().await,
            Pools::Postgres { .. } => Ok(()),
        }
    }

    pub(crate) fn pools(&self) -> &Pools {
        &self.0
    }
}
