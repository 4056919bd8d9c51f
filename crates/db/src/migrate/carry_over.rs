//! Databases from before migrations had a table of their own: they are recorded in diesel's, which a host may use too.

use diesel::result::QueryResult;

use crate::Result;

use super::{
    harness::{Columns, Harness},
    record::{Applied, TABLE},
};

/// diesel's table.
const OLD: &str = "__diesel_schema_migrations";

/// What was ever recorded in diesel's table: version, crate, and a column that proves that this very migration was run,
/// because a host may number its own migrations the same way.
const RECORDED_THERE: [(&str, &str, &str, &str); 9] = [
    ("0001", "jobs", "jobs", "lease_token"),
    ("0002", "identity", "accounts", "username_folded"),
    ("0003", "identity", "organizations", "personal_of"),
    ("0004", "contacts", "contact_counts", "contacts"),
    ("0005", "tagging", "tag_links", "target_id"),
    ("0006", "rbac", "account_roles", "role_id"),
    ("0007", "content", "content_entries", "is_published"),
    ("0008", "idempotency", "idempotency_answers", "request_digest"),
    ("0009", "identity", "accounts", "search_folded"),
];

/// Returns the migrations that diesel's table lists and that are Loggia's.
pub(super) fn listed<C: Harness>(connection: &mut C, columns: &Columns) -> Result<Vec<Applied>> {
    if !columns.has_table(OLD) {
        return Ok(Vec::new());
    }
    let versions = connection.pairs(&format!("SELECT version AS a, version AS b FROM {OLD}"))?;
    let is_listed = |wanted: &str| versions.iter().any(|(version, _)| version == wanted);
    let ours = RECORDED_THERE
        .into_iter()
        .filter(|(version, _, table, column)| is_listed(version) && columns.has(table, column));
    Ok(ours
        .map(|(version, crate_name, _, _)| Applied {
            version: version.to_owned(),
            crate_name: crate_name.to_owned(),
        })
        .collect())
}

/// Moves their rows to the new table.
///
/// They do not stay in diesel's: a host's migration with the same number would be taken for applied, and an older Loggia
/// would take the schema for one that it knows.
pub(super) fn carry<C: Harness>(connection: &mut C, applied: &[Applied]) -> QueryResult<()> {
    for Applied { version, crate_name } in applied {
        connection.batch_execute(&format!(
            "INSERT INTO {TABLE} (version, crate_name, applied_at) \
             SELECT version, '{crate_name}', run_on FROM {OLD} WHERE version = '{version}'; \
             DELETE FROM {OLD} WHERE version = '{version}'"
        ))?;
    }
    Ok(())
}
