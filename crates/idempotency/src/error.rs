//! Errors of idempotent requests.

use loggia_db as db;

/// The result of this crate's fallible operations.
pub type Result<T> = std::result::Result<T, Error>;

/// The reason why a request could not run under its key.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The first request with this key is still in progress.
    #[error("a request of this key is in progress")]
    InProgress,

    /// The key belongs to a request with another payload.
    #[error("the key belongs to another request")]
    KeyReused,

    /// The response is larger than [`Response::MAX_BYTES`](crate::Response::MAX_BYTES): an internal error.
    #[error("a response of {bytes} bytes is too large to be stored")]
    TooLarge {
        /// The size of the response.
        bytes: usize,
    },

    /// The database failed.
    #[error("the store of responses failed")]
    Store(#[from] db::Error),
}
