//! Why the database did not do as asked: one error for both.

use std::time::Duration;

use deadpool::managed;
use diesel::ConnectionError;
use diesel::result::{DatabaseErrorKind, Error as Diesel};
use diesel_async::pooled_connection::deadpool::PoolError;

/// What this crate returns.
pub type Result<T> = std::result::Result<T, Error>;

/// Why the database did not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No row answers the query. [`OptionalExt::optional`] makes `None` of it.
    #[error("no such row")]
    NotFound,

    /// The constraint of this name, `<table>_<columns>_key` on both databases, allows no second such row.
    #[error("{0} is violated")]
    Unique(String),

    /// A row that this one names does not exist, or another still names this one.
    #[error("a foreign key is violated: {0}")]
    ForeignKey(String),

    /// Another transaction was in the way: the same transaction may succeed when it is tried again.
    #[error("a concurrent transaction was in the way")]
    Conflict,

    /// An earlier statement of the transaction failed, so nothing of it is kept. Run a statement whose failure is
    /// expected in a nested [`Work::transaction`](crate::Work::transaction).
    #[error("an earlier statement of the transaction failed")]
    Aborted,

    /// The database cannot be reached, or has no time, at present.
    #[error("the database is not available: {0}")]
    Unavailable(String),

    /// Nothing can be stored: the disk is full.
    #[error("the disk is full")]
    Full,

    /// The database was migrated by a newer program than this one.
    #[error("the database's schema, version {version}, is newer than this program")]
    SchemaNewer {
        /// The newest migration found there which this program does not know.
        version: String,
    },

    /// A setting that the URL makes is not understood.
    #[error("database URL: {0}")]
    Url(String),

    /// A migration failed.
    #[error("migration failed: {0}")]
    Migration(#[source] Box<dyn std::error::Error + Send + Sync>),

    /// Anything else: a fault of ours.
    #[error("query failed")]
    Query(#[source] Diesel),
}

impl Error {
    /// How long a client should wait before it asks again after [`Error::Unavailable`].
    pub const RETRY_AFTER: Duration = Duration::from_secs(2);

    /// The constraint that a second such row would violate.
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
                        facts
                            .constraint_name()
                            .map_or_else(|| sqlite_key(message), str::to_owned),
                    ),
                    DatabaseErrorKind::ForeignKeyViolation => Self::ForeignKey(
                        facts
                            .constraint_name()
                            .unwrap_or("unnamed by SQLite")
                            .to_owned(),
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

/// Faults for which neither database has a kind of its own in diesel. PostgreSQL's texts are those of its English
/// catalogue, which a connection of this crate asks for.
fn by_message(message: &str) -> Option<Error> {
    let has = |words: &[&str]| words.iter().any(|word| message.contains(word));
    if has(&["deadlock detected"]) {
        Some(Error::Conflict)
    } else if has(&[
        "disk is full",
        "No space left on device",
        "could not extend file",
    ]) {
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

/// The name PostgreSQL would give: SQLite says `UNIQUE constraint failed: accounts.email_folded`.
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

impl From<PoolError> for Error {
    fn from(error: PoolError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl From<managed::PoolError<ConnectionError>> for Error {
    fn from(error: managed::PoolError<ConnectionError>) -> Self {
        Self::Unavailable(error.to_string())
    }
}

/// Makes an absent row a `None`.
pub trait OptionalExt<T> {
    /// `Ok(None)` for [`Error::NotFound`].
    ///
    /// # Errors
    /// Every other error as it is.
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
