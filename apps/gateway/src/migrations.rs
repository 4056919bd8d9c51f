//! The migrations of all crates with tables, which a server needs together.

use loggia_db::{Db, MigrationSet, Result};

/// Every set there is.
pub const SETS: [MigrationSet; 7] = [
    loggia_contacts::MIGRATIONS,
    loggia_content::MIGRATIONS,
    loggia_idempotency::MIGRATIONS,
    loggia_identity::MIGRATIONS,
    loggia_jobs::MIGRATIONS,
    loggia_rbac::MIGRATIONS,
    loggia_tagging::MIGRATIONS,
];

/// Brings the schema up to date, and returns the versions that were missing.
///
/// # Errors
/// As [`Db::migrate_all`].
pub async fn run(db: &Db) -> Result<Vec<String>> {
    db.migrate_all(&SETS).await
}

#[cfg(test)]
mod tests;
