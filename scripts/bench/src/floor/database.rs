//! The floor's connections: plain diesel-async on PostgreSQL, plain diesel on SQLite. They never use `loggia-db`, because a
//! floor on that crate would hide what the crate costs.

use std::cell::RefCell;

use anyhow::Result;
use diesel::{Connection, connection::SimpleConnection, sqlite::SqliteConnection};
use diesel_async::{
    AsyncPgConnection,
    pooled_connection::{
        AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod, deadpool::Pool,
    },
};

use crate::commits::PRAGMAS;

/// The database. Cheap to clone.
#[derive(Clone)]
pub(super) enum Database {
    /// One pool for all workers.
    Postgres(Pool<AsyncPgConnection>),
    /// A file; each worker has one connection, on which its queries run inline.
    Sqlite(String),
}

thread_local! {
    static CONNECTION: RefCell<Option<SqliteConnection>> = const { RefCell::new(None) };
}

impl Database {
    pub(super) fn open(url: &str, pool: usize) -> Result<Self> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            return Ok(Self::Sqlite(path.to_owned()));
        }
        let mut config = ManagerConfig::default();
        config.recycling_method = RecyclingMethod::Fast;
        let manager = AsyncDieselConnectionManager::new_with_config(url, config);
        Ok(Self::Postgres(Pool::builder(manager).max_size(pool).build()?))
    }
}

/// Runs a query on this worker's connection to the file.
pub(super) fn on_sqlite<T>(
    path: &str,
    query: impl FnOnce(&mut SqliteConnection) -> diesel::QueryResult<T>,
) -> Result<T> {
    CONNECTION.with_borrow_mut(|connection| {
        let connection = match connection {
            Some(connection) => connection,
            None => {
                let mut opened = SqliteConnection::establish(path)?;
                opened.batch_execute(PRAGMAS)?;
                connection.insert(opened)
            }
        };
        Ok(query(connection)?)
    })
}

/// Runs one query with `diesel_async` on PostgreSQL and with `diesel` on SQLite: `query!(database, load, query)`.
macro_rules! query {
    ($database:expr, $method:ident, $query:expr) => {
        match $database {
            $crate::floor::database::Database::Postgres(pool) => {
                let mut connection = pool.get().await?;
                diesel_async::RunQueryDsl::$method($query, &mut connection)
                    .await
                    .map_err(anyhow::Error::from)
            }
            $crate::floor::database::Database::Sqlite(path) => {
                $crate::floor::database::on_sqlite(path, |connection| {
                    diesel::RunQueryDsl::$method($query, connection)
                })
            }
        }
    };
}

pub(super) use query;
