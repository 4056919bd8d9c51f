//! Readers that answer on the calling thread: a point query takes microseconds, and the way to another thread and back
//! takes more.

use deadpool::managed::{Manager, Metrics, Object, RecycleResult};
use diesel::{ConnectionError, sqlite::SqliteConnection};

use super::{Mode, establish};

/// A reader on loan.
pub(super) type Reader = Object<Readers>;

/// Makes readers of one file.
pub(super) struct Readers {
    pub(super) path: String,
}

impl Manager for Readers {
    type Type = SqliteConnection;
    type Error = ConnectionError;

    async fn create(&self) -> Result<SqliteConnection, ConnectionError> {
        establish(&self.path, Mode::Read)
    }

    /// A reader is never in a transaction, so nothing is left of whoever had it.
    async fn recycle(
        &self,
        _: &mut SqliteConnection,
        _: &Metrics,
    ) -> RecycleResult<ConnectionError> {
        Ok(())
    }
}
