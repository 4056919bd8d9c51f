//! Errors of the file storage.

/// The result of this crate's functions.
pub type Result<T> = std::result::Result<T, Error>;

/// The reason why a storage operation failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The URL is invalid, or its kind of store is not supported.
    #[error("a storage URL must be file://DIR or memory://")]
    Url,

    /// The directory cannot be used.
    #[error("the storage directory cannot be used")]
    Directory(#[source] std::io::Error),

    /// The key is invalid.
    #[error("not a key of a file")]
    Key,

    /// The disk is full.
    #[error("the storage is full")]
    Full,

    /// A storage operation failed.
    #[error("the storage failed")]
    Failed(#[source] object_store::Error),
}

impl From<object_store::Error> for Error {
    fn from(error: object_store::Error) -> Self {
        if is_full(&error) { Self::Full } else { Self::Failed(error) }
    }
}

/// Returns true if the root cause is a full disk or an exhausted quota.
fn is_full(error: &(dyn std::error::Error + 'static)) -> bool {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<std::io::Error>()
            && matches!(error.kind(), StorageFull | QuotaExceeded)
        {
            return true;
        }
        cause = error.source();
    }
    false
}
