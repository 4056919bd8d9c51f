//! Why a file could not be kept or found.

/// What this crate's functions return.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a file could not be kept or found.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The URL is not understood, or its kind of store is not built in.
    #[error("a storage URL must be file://DIR or memory://")]
    Url,

    /// The directory cannot be used.
    #[error("the storage directory cannot be used")]
    Directory(#[source] std::io::Error),

    /// No file can have this key.
    #[error("not a key of a file")]
    Key,

    /// The disk is full.
    #[error("the storage is full")]
    Full,

    /// The store did not do as asked.
    #[error("the storage failed")]
    Failed(#[source] object_store::Error),
}

impl From<object_store::Error> for Error {
    fn from(error: object_store::Error) -> Self {
        if is_full(&error) {
            Self::Full
        } else {
            Self::Failed(error)
        }
    }
}

/// Whether the cause of causes is a full disk or an exhausted quota.
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
