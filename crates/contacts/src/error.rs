//! Why operations on contacts are refused. Facts, not prose: surfaces choose words and status codes.

use loggia_db as db;

/// What this crate's services return.
pub type Result<T> = std::result::Result<T, Error>;

/// Why an operation was refused.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such contact in the organisations that were named. That it may be in another one is not told apart on
    /// purpose: what a caller may not see does not exist for him.
    #[error("no such contact")]
    NotFound,

    /// The organisation, or the account that is to be the creator, was there a moment ago and is gone.
    #[error("the organisation or the creator is gone")]
    Gone,

    /// The database did not do as asked.
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
