//! Errors of both databases.

use std::time::Duration;

use deadpool::managed;
use diesel::ConnectionError;
use diesel::result::{DatabaseErrorKind, Error as Diesel};

/// The result type of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// An error of the database, the same for both.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No row matches the query. [`OptionalExt::optional`] turns it into `None`.
    #[error("no such row")]
    NotFound,

    /// A unique constraint of this name, `<table>_<columns>_key` on both databases, does not allow the row.
    #[error("{0} is violated")]
    Unique(String),

    /// A row refers to one that does not exist, or would after a deletion.
    #[error("a foreign key is violated: {0}")]
    ForeignKey(String),

    /// A serialization failure or a deadlock. [`Db::transaction`](crate::Db::transaction) runs again after it.
    #[error("a concurrent transaction was in the way")]
    Conflict,

    /// An earlier statement of the transaction failed, so nothing of it is kept. Run a statement whose failure is
    /// expected in a nested [`Work::transaction`](crate::Work::transaction).
    #[error("an earlier statement of the transaction failed")]
    Aborted,

    /// The database cannot be reached, or cannot serve the request in time.
    #[error("the database is not available: {0}")]
    Unavailable(String),

    /// The disk is full.
    #[error("the disk is full")]
    Full,

    /// The database was migrated by a newer program than this one.
    #[error("the database's schema, version {version}, is newer than this program")]
    SchemaNewer {
        /// A migration recorded there that this program does not contain.
        version: String,
    },

    /// The URL is invalid.
    #[error("database URL: {0}")]
    Url(String),

    /// A migration failed.
    #[error("migration failed: {0}")]
    Migration(#[source] Box<dyn std::error::Error + Send + Sync>),

    /// Any other error: a defect of this program.
    #[error("query failed")]
    Query(#[source] Diesel),
}

impl Error {
    /// How long a client should wait before it retries after [`Error::Unavailable`]: most outages that a retry survives are shorter.
    pub const RETRY_AFTER: Duration = Duration::from_secs(2);

    /// Returns the name of the violated unique constraint.
    pub fn unique_key(&self) -> Option<&str> {
        match self {
            Self::Unique(key) => Some(key),
            _ => None,
        }
    }
}

impl From<Diesel> for Error {
    fn from(error: Diesel) -> Self {
        match &error {
            Diesel::NotFound => Self::NotFound,
            Diesel::DatabaseError(kind, facts) => {
                let message = facts.message();
                match kind {
                    DatabaseErrorKind::UniqueViolation => Self::Unique(
                        facts.constraint_name().map_or_else(|| sqlite_key(message), str::to_owned),
                    ),
                    DatabaseErrorKind::ForeignKeyViolation => Self::ForeignKey(
                        facts.constraint_name().unwrap_or("unnamed by SQLite").to_owned(),
                    ),
                    DatabaseErrorKind::SerializationFailure => Self::Conflict,
                    DatabaseErrorKind::ClosedConnection
                    | DatabaseErrorKind::UnableToSendCommand
                    | DatabaseErrorKind::ReadOnlyTransaction => {
                        Self::Unavailable(message.to_owned())
                    }
                    _ => by_message(message).unwrap_or(Self::Query(error)),
                }
            }
            _ => Self::Query(error),
        }
    }
}

/// Recognizes errors that have no kind in diesel by their text. PostgreSQL's texts are those of its English catalogue, which
/// connections of this crate select.
fn by_message(message: &str) -> Option<Error> {
    let has = |words: &[&str]| words.iter().any(|word| message.contains(word));
    if has(&["deadlock detected"]) {
        Some(Error::Conflict)
    } else if has(&["disk is full", "No space left on device", "could not extend file"]) {
        Some(Error::Full)
    } else if has(&[
        "database is locked",
        "canceling statement due to",
        "terminating connection",
        "the database system is",
        "too many clients",
        "connection slots are reserved",
        "unable to open database file",
        "disk I/O error",
    ]) {
        Some(Error::Unavailable(message.to_owned()))
    } else {
        None
    }
}

/// Returns the name that the constraint has on PostgreSQL: SQLite reports `UNIQUE constraint failed: accounts.email_folded`.
fn sqlite_key(message: &str) -> String {
    let columns = message.rsplit(": ").next().unwrap_or(message);
    let mut key = String::new();
    for (i, column) in columns.split(", ").enumerate() {
        match column.split_once('.') {
            Some((table, column)) if i == 0 => key = format!("{table}_{column}"),
            Some((_, column)) => key = format!("{key}_{column}"),
            None => return message.to_owned(),
        }
    }
    key + "_key"
}

impl From<managed::PoolError<ConnectionError>> for Error {
    fn from(error: managed::PoolError<ConnectionError>) -> Self {
        Self::Unavailable(error.to_string())
    }
}

/// Conversion of an absent row to `None`.
pub trait OptionalExt<T> {
    /// Returns `Ok(None)` for [`Error::NotFound`].
    ///
    /// # Errors
    /// Every other error, unchanged.
    fn optional(self) -> Result<Option<T>>;
}

impl<T> OptionalExt<T> for Result<T> {
    fn optional(self) -> Result<Option<T>> {
        match self {
            Ok(row) => Ok(Some(row)),
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests;
