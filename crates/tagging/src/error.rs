//! Why tagging is refused. Facts, not prose: surfaces choose words and status codes.

use loggia_db as db;

/// What this crate's services return.
pub type Result<T> = std::result::Result<T, Error>;

/// Why an operation was refused.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The organisation has no such tag or no such object, or is itself gone. What is another organisation's is not told
    /// apart from what is not there.
    #[error("no such tag or object")]
    NotFound,

    /// Another tag of the organisation has this name, whatever the case of its letters, or this slug. Decided by the
    /// database, so it also holds when two requests race.
    #[error("a tag has this name or slug already")]
    Taken,

    /// Two names that are not the same lead to one slug: both are to be assigned, or one belongs to a tag already.
    #[error("two tag names lead to one slug")]
    SlugConflict,

    /// The database did not do as asked.
    #[error("tagging store failed")]
    Store(#[from] db::Error),
}
