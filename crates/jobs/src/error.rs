//! Errors of the queue.

use loggia_db as db;

/// The result of queue operations.
pub type Result<T> = std::result::Result<T, Error>;

/// The reason why a queue operation failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The dead job does not exist.
    #[error("no such job")]
    NotFound,

    /// The lease expired or was released, so the job may run elsewhere.
    #[error("the lease is lost")]
    LeaseLost,

    /// The payload cannot be serialized as JSON.
    #[error("payload cannot be written")]
    Payload(#[source] serde_json::Error),

    /// The database failed.
    #[error("job store failed: {0}")]
    Store(#[from] db::Error),
}
