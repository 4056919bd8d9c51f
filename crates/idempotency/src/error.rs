//! Why a request is not answered under its key.

use loggia_db as db;

/// What the fallible operations of this crate return.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a request is not answered under its key.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The first request of this key is still being worked on.
    #[error("a request of this key is in progress")]
    InProgress,

    /// The key belongs to a request with another payload.
    #[error("the key belongs to another request")]
    KeyReused,

    /// The answer is larger than [`Response::MAX_BYTES`](crate::Response::MAX_BYTES): a fault of ours.
    #[error("an answer of {bytes} bytes is too large to be kept")]
    TooLarge {
        /// How large it is.
        bytes: usize,
    },

    /// The database failed.
    #[error("the store of answers failed")]
    Store(#[from] db::Error),
}
