//! The state of a connection's transaction.

use diesel::{connection::SimpleConnection, sqlite::SqliteConnection};

/// Returns whether a transaction is open. SQLite refuses to begin a second one.
pub(super) fn is_in_transaction(connection: &mut SqliteConnection) -> bool {
    match connection.batch_execute("BEGIN") {
        Ok(()) => {
            roll_back(connection);
            false
        }
        Err(_) => true,
    }
}

/// Undoes the open transaction; fails where none is open, which is as good.
pub(super) fn roll_back(connection: &mut SqliteConnection) {
    let _ = connection.batch_execute("ROLLBACK");
}
