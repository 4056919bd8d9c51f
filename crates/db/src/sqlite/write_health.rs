//! Whether the file can be written, as far as the last writes have shown.

use std::sync::atomic::{AtomicBool, Ordering};

use diesel::{
    QueryResult, connection::SimpleConnection, deserialize::QueryableByName,
    query_dsl::RunQueryDsl, result::Error::DatabaseError, sql_query, sql_types::Integer,
    sqlite::SqliteConnection,
};

use crate::{Error, Result};

/// The text of a statement that wants to write to a file which is read-only. On a connection that only reads, the statement
/// is wrong instead. Source, here and below: SQLite, "Result and Error Codes", `sqlite3_errstr`.
const READ_ONLY: &str = "attempt to write a readonly database";

/// The errors of a file that cannot be written.
const FAILURES: [&str; 4] =
    [READ_ONLY, "database or disk is full", "disk I/O error", "unable to open database file"];

/// The state of the file, shared by all connections to it.
#[derive(Default)]
pub(super) struct WriteHealth(AtomicBool);

impl WriteHealth {
    /// Notes the outcome of a statement of the writer's, if it is a failure of the file, and converts its error.
    pub(super) fn note<T>(&self, outcome: QueryResult<T>) -> Result<T> {
        outcome.map_err(|error| {
            let DatabaseError(_, facts) = &error else { return error.into() };
            let message = facts.message();
            if FAILURES.iter().any(|text| message.contains(text)) {
                self.0.store(true, Ordering::Relaxed);
            }
            if message.contains(READ_ONLY) {
                return Error::Unavailable(message.to_owned());
            }
            error.into()
        })
    }

    pub(super) fn note_success(&self) {
        self.0.store(false, Ordering::Relaxed);
    }

    /// Returns whether a write failed, and none has succeeded since by [`WriteHealth::note_success`].
    pub(super) fn is_failing(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Writes to the file without a change of its content: the host's version number, which stays the same.
pub(super) fn probe(connection: &mut SqliteConnection) -> QueryResult<()> {
    #[derive(QueryableByName)]
    struct Version {
        #[diesel(sql_type = Integer)]
        user_version: i32,
    }

    let Version { user_version } = sql_query("PRAGMA user_version").get_result(connection)?;
    connection.batch_execute(&format!("PRAGMA user_version = {user_version}"))
}
