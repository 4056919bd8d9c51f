//! The table in which migrations are recorded.

use diesel::result::QueryResult;

use crate::Result;

use super::harness::Harness;

/// Recorded migrations. A table of its own, because diesel's is the host's.
pub(super) const TABLE: &str = "__loggia_migrations";

/// A migration that was run on this database.
#[derive(Debug)]
pub(super) struct Applied {
    pub(super) version: String,
    pub(super) crate_name: String,
}

/// Returns the recorded migrations.
pub(super) fn recorded<C: Harness>(connection: &mut C) -> Result<Vec<Applied>> {
    let rows = connection
        .pairs(&format!("SELECT version AS a, crate_name AS b FROM {TABLE} ORDER BY version"))?;
    let applied = rows.into_iter().map(|(version, crate_name)| Applied { version, crate_name });
    Ok(applied.collect())
}

/// Creates the table.
pub(super) fn create<C: Harness>(connection: &mut C) -> QueryResult<()> {
    let now = C::NOW;
    connection.batch_execute(&format!(
        "CREATE TABLE {TABLE} (version VARCHAR(50) PRIMARY KEY NOT NULL, crate_name VARCHAR(50) NOT NULL, \
         applied_at TIMESTAMP NOT NULL DEFAULT {now})"
    ))
}
