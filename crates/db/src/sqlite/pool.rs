//! Connections to one file, and pools of readers.

use std::time::Duration;

use deadpool::{
    Runtime,
    managed::{self, Manager, Metrics, PoolError, RecycleResult, TimeoutType, Timeouts},
};
use diesel::{
    Connection, ConnectionError, ConnectionResult, QueryResult, connection::SimpleConnection,
    sqlite::SqliteConnection,
};
use futures_util::FutureExt;

use super::unavailable::unavailable;
use crate::{Error, Result, limits::POOL_WAIT};

/// WAL lets readers go on during a write; FULL makes a commit survive a power cut. Another process, such as the command
/// line, holds the write lock for milliseconds: waiting for it is right.
pub(crate) const PRAGMAS: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA foreign_keys = ON;";

pub(super) type Pool = managed::Pool<Connections>;

/// A reader on loan.
pub(super) type Pooled = managed::Object<Connections>;

/// What connections are for.
#[derive(Clone, Copy)]
pub(super) enum Mode {
    Read,
    Write,
}

/// Opens readers.
pub(super) struct Connections {
    path: String,
}

impl Manager for Connections {
    type Type = SqliteConnection;
    type Error = ConnectionError;

    /// Opening a file takes well under a millisecond, so the calling thread does it.
    async fn create(&self) -> ConnectionResult<SqliteConnection> {
        connect(&self.path, Mode::Read)
    }

    /// Readers have no state that a query could leave behind.
    async fn recycle(
        &self,
        _: &mut SqliteConnection,
        _: &Metrics,
    ) -> RecycleResult<ConnectionError> {
        Ok(())
    }
}

/// Opens a connection.
pub(super) fn connect(path: &str, mode: Mode) -> ConnectionResult<SqliteConnection> {
    let mut connection = SqliteConnection::establish(path)?;
    let setup = match mode {
        Mode::Write => PRAGMAS.to_owned(),
        Mode::Read => format!("{PRAGMAS} PRAGMA query_only = ON;"),
    };
    connection.batch_execute(&setup).map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(connection)
}

/// A pool of at most `size` readers.
pub(super) fn pool(path: &str, size: usize) -> Result<Pool> {
    let path = path.to_owned();
    Pool::builder(Connections { path })
        .max_size(size.max(1))
        .wait_timeout(Some(POOL_WAIT))
        .runtime(Runtime::Tokio1)
        .build()
        .map_err(|error| Error::Unavailable(error.to_string()))
}

/// A reader that is free now; `None` if all are in use.
pub(super) fn free(pool: &Pool) -> Option<QueryResult<Pooled>> {
    let at_once = Timeouts { wait: Some(Duration::ZERO), ..Timeouts::default() };
    // Neither opening a connection nor taking an idle one waits for anything, so one poll is enough.
    match pool.timeout_get(&at_once).now_or_never()? {
        Ok(connection) => Some(Ok(connection)),
        Err(PoolError::Timeout(TimeoutType::Wait)) => None,
        Err(error) => Some(Err(unavailable(&error.to_string()))),
    }
}
