//! Errors of tagging operations. Surfaces map them to messages and status codes.

use loggia_db as db;

/// The result of this crate's services.
pub type Result<T> = std::result::Result<T, Error>;

/// The reason why an operation failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The tag, the object or the organization does not exist. Tags and objects of other organizations are reported the
    /// same way.
    #[error("no such tag or object")]
    NotFound,

    /// Another tag of the organization has this name, without regard to case, or this slug. The database decides, so
    /// concurrent requests cannot both succeed.
    #[error("a tag has this name or slug already")]
    Taken,

    /// Two different names lead to the same slug. Both are to be assigned, or one belongs to an existing tag.
    #[error("two tag names lead to one slug")]
    SlugConflict,

    /// A database operation failed.
    #[error("tagging store failed")]
    Store(#[from] db::Error),
}
