//! Why operations on content are refused. Facts, not prose: surfaces choose words and status codes.

use loggia_db as db;

use crate::Kind;

/// What this crate's services return.
pub type Result<T> = std::result::Result<T, Error>;

/// Why an operation was refused.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such entry, or not for this audience.
    #[error("no such entry")]
    NotFound,

    /// Another entry of this kind already has the slug. Decided by the database, so it also holds when two requests race.
    #[error("the slug is already taken")]
    SlugTaken {
        /// Among what.
        kind: Kind,
    },

    /// The database did not do as asked.
    #[error("content store failed")]
    Store(#[from] db::Error),
}
