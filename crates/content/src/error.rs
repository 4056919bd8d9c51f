//! Errors of operations on content. Surfaces map them to messages and status codes.

use loggia_db as db;

use crate::Kind;

/// The result of this crate's services.
pub type Result<T> = std::result::Result<T, Error>;

/// The reason why an operation failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The entry does not exist, or is not visible to this audience.
    #[error("no such entry")]
    NotFound,

    /// The slug is in use by another entry of this kind. The database decides, so concurrent requests cannot both
    /// succeed.
    #[error("the slug is already taken")]
    SlugTaken {
        /// The kind of the entry.
        kind: Kind,
    },

    /// A database operation failed.
    #[error("content store failed")]
    Store(#[from] db::Error),
}
