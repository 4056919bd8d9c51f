//! Errors of operations on contacts. Surfaces map them to messages and status codes.

use loggia_db as db;

/// The result of this crate's services.
pub type Result<T> = std::result::Result<T, Error>;

/// The reason why an operation failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The contact does not exist in the given organizations. Contacts of other organizations are reported the same
    /// way, so that callers cannot learn that they exist.
    #[error("no such contact")]
    NotFound,

    /// The organization, or the account of the creator, was deleted concurrently.
    #[error("the organisation or the creator is gone")]
    Gone,

    /// A database operation failed.
    #[error("contact store failed")]
    Store(#[source] db::Error),
}

impl From<db::Error> for Error {
    fn from(error: db::Error) -> Self {
        match error {
            db::Error::NotFound => Self::NotFound,
            db::Error::ForeignKey(_) => Self::Gone,
            error => Self::Store(error),
        }
    }
}
