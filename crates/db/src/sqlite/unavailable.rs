//! The error of work that the database did not take.

use diesel::result::{DatabaseErrorKind, Error};

/// The error of a query that cannot be run.
pub(super) fn unavailable(why: &str) -> Error {
    Error::DatabaseError(DatabaseErrorKind::UnableToSendCommand, Box::new(why.to_owned()))
}
