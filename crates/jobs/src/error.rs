//! Why the queue did not do as asked.

use loggia_db as db;

/// What the fallible operations on the queue return.
pub type Result<T> = std::result::Result<T, Error>;

/// Why the queue did not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such dead job.
    #[error("no such job")]
    NotFound,

    /// The claim is no longer good: its lease ran out or was handed back, and the job may run elsewhere.
    #[error("the lease is lost")]
    LeaseLost,

    /// What the job is to know cannot be written as JSON.
    #[error("payload cannot be written")]
    Payload(#[source] serde_json::Error),

    /// The database failed.
    #[error("job store failed: {0}")]
    Store(#[from] db::Error),
}
