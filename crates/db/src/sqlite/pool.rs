//! Connections to one file, and pools of them.

use std::time::Duration;

use deadpool::{
    Runtime,
    managed::{self, Manager, Metrics, PoolError, RecycleResult, TimeoutType, Timeouts},
};
use diesel::{
    Connection, ConnectionError, QueryResult, connection::SimpleConnection,
    sqlite::SqliteConnection,
};
use futures_util::FutureExt;

use super::{PRAGMAS, unavailable};
use crate::{Error, Result, db::POOL_WAIT};

pub(super) type Pool = managed::Pool<Connections>;

/// A connection on loan.
pub(super) type Pooled = managed::Object<Connections>;

/// What connections are for.
#[derive(Clone, Copy)]
pub(super) enum Mode {
    Read,
    Write,
}

/// Makes connections.
pub(super) struct Connections {
    path: String,
    mode: Mode,
}

impl Manager for Connections {
    type Type = SqliteConnection;
    type Error = ConnectionError;

    /// Opening a file takes well under a millisecond, so it happens where it is asked for.
    async fn create(&self) -> std::result::Result<SqliteConnection, ConnectionError> {
        let mut connection = SqliteConnection::establish(&self.path)?;
        let setup = match self.mode {
            Mode::Write => PRAGMAS.to_owned(),
            Mode::Read => format!("{PRAGMAS} PRAGMA query_only = ON;"),
        };
        connection
            .batch_execute(&setup)
            .map_err(ConnectionError::CouldntSetupConfiguration)?;
        Ok(connection)
    }

    /// What is left in the middle of a transaction is closed where it is left, so whatever comes back is good.
    async fn recycle(
        &self,
        _: &mut SqliteConnection,
        _: &Metrics,
    ) -> RecycleResult<ConnectionError> {
        Ok(())
    }
}

/// A pool of at most `size` connections, for each of which nobody waits longer than requests may.
pub(super) fn pool(path: &str, mode: Mode, size: usize) -> Result<Pool> {
    let path = path.to_owned();
    Pool::builder(Connections { path, mode })
        .max_size(size.max(1))
        .wait_timeout(Some(POOL_WAIT))
        .runtime(Runtime::Tokio1)
        .build()
        .map_err(|error| Error::Unavailable(error.to_string()))
}

/// A connection that can be had without waiting; `None` if all are in use.
pub(super) fn free(pool: &Pool) -> Option<QueryResult<Pooled>> {
    let at_once = Timeouts {
        wait: Some(Duration::ZERO),
        ..Timeouts::default()
    };
    // Neither opening a connection nor taking an idle one waits for anything, so one poll is enough.
    match pool.timeout_get(&at_once).now_or_never()? {
        Ok(connection) => Some(Ok(connection)),
        Err(PoolError::Timeout(TimeoutType::Wait)) => None,
        Err(error) => Some(Err(unavailable(&error.to_string()))),
    }
}
