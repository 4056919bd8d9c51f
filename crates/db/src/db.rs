//! The database: opened once, shared by all.

use std::{sync::Arc, time::Duration};

use diesel_async::{AsyncPgConnection, RunQueryDsl, pooled_connection::deadpool::Pool};

use crate::{Conn, Error, Lease, Result, Tx, joint::Joint, postgres, run, sqlite};

/// How long a request waits for a connection before it is told that there is none.
pub(crate) const POOL_WAIT: Duration = Duration::from_secs(3);

/// Which database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// PostgreSQL, or anything that speaks its protocol.
    Postgres,
    /// The embedded database.
    Sqlite,
}

/// A database with its pools of connections. Cheap to clone.
#[derive(Clone)]
pub struct Db(Arc<Pools>);

pub(crate) enum Pools {
    Postgres {
        pool: Pool<AsyncPgConnection>,
        connector: postgres::Connector,
    },
    Sqlite(sqlite::Pools),
}

impl Db {
    /// Opens the database at `url`: `sqlite://PATH`, or `postgres://...` with libpq's `sslmode` and `sslrootcert`.
    ///
    /// `pool` is the number of connections; on SQLite, of readers. Call it on the program's main runtime, which must keep
    /// running: connections live there, wherever they are used. SQLite's file is made if there is none; PostgreSQL is
    /// first asked when a connection is needed.
    ///
    /// # Errors
    /// [`Error::Url`] for a URL that is not understood, [`Error::Unavailable`] if the file cannot be opened.
    pub async fn open(url: &str, pool: usize) -> Result<Self> {
        let pools = if let Some(path) = url.strip_prefix("sqlite://") {
            Pools::Sqlite(sqlite::Pools::open(path, pool).await?)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let connector = postgres::Connector::of(url)?;
            Pools::Postgres {
                pool: connector.pool(pool)?,
                connector,
            }
        } else {
            return Err(Error::Url(
                "it begins with neither sqlite:// nor postgres://".to_owned(),
            ));
        };
        Ok(Self(Arc::new(pools)))
    }

    /// Which database it is.
    pub fn backend(&self) -> Backend {
        match &*self.0 {
            Pools::Postgres { .. } => Backend::Postgres,
            Pools::Sqlite(_) => Backend::Sqlite,
        }
    }

    /// A connection for reading a page at most. On SQLite its queries run on the calling thread, and it cannot write.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if none becomes free within three seconds, or none can be made.
    pub async fn read(&self) -> Result<Lease> {
        if let Some(joint) = Joint::of(self) {
            return joint.lease().await;
        }
        Ok(Lease::pooled(match &*self.0 {
            Pools::Postgres { pool, .. } => Conn::Postgres(pool.get().await?),
            Pools::Sqlite(pools) => Conn::Sqlite(pools.reader().await?),
        }))
    }

    /// A connection for reading much: exports, searches, reports. On SQLite its queries run on the blocking pool.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub async fn scan(&self) -> Result<Lease> {
        if let Some(joint) = Joint::of(self) {
            return joint.lease().await;
        }
        Ok(Lease::pooled(match &*self.0 {
            Pools::Postgres { pool, .. } => Conn::Postgres(pool.get().await?),
            Pools::Sqlite(pools) => Conn::Sqlite(pools.scanner().await?),
        }))
    }

    /// A connection for one writing statement, which is a transaction by itself. On SQLite those that are asked for at the
    /// same time share a commit, and it is the statement that waits for its turn. So a statement reads or changes rows:
    /// what controls transactions, `PRAGMA` and `VACUUM` are none. Another process that writes at the moment may make it
    /// wait five seconds more.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub async fn write(&self) -> Result<Lease> {
        if let Some(joint) = Joint::of(self) {
            return joint.lease_for_statement().await;
        }
        match self.pools() {
            Pools::Postgres { .. } => self.writer().await,
            Pools::Sqlite(pools) => Ok(Lease::pooled(Conn::Sqlite(pools.statements()))),
        }
    }

    /// A transaction, for writing more than one statement or reading before writing.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub async fn begin(&self) -> Result<Tx> {
        let lease = match Joint::of(self) {
            Some(joint) => joint.lease().await?,
            None => self.writer().await?,
        };
        Tx::begin(lease).await
    }

    /// A connection for a transaction.
    async fn writer(&self) -> Result<Lease> {
        Ok(Lease::pooled(match &*self.0 {
            Pools::Postgres { pool, .. } => Conn::Postgres(pool.get().await?),
            Pools::Sqlite(pools) => Conn::Sqlite(pools.writer().await?),
        }))
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// As [`Db::read`], or as the database says.
    pub async fn ping(&self) -> Result<()> {
        let mut conn = self.read().await?;
        run!(conn, |c| diesel::select(diesel::dsl::sql::<
            diesel::sql_types::Integer,
        >("1"))
        .get_result::<i32>(c))
        .map(drop)
    }

    /// Whether it is this very one, or a clone of it.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    pub(crate) fn pools(&self) -> &Pools {
        &self.0
    }
}
