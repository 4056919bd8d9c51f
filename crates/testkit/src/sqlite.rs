//! An SQLite file for one test.

use std::path::Path;

use loggia_db::{Db, MigrationSet};
use tempfile::TempDir;

/// A file system in memory, where commits do not wait for a disk.
const MEMORY: &str = "/dev/shm";

/// Creates a file with the tables of `sets` in its own folder. Returns its URL and the folder, which is removed on
/// drop.
pub(crate) async fn create(sets: &[MigrationSet]) -> (String, TempDir) {
    let mut builder = tempfile::Builder::new();
    builder.prefix("loggia-test-");
    let folder = if Path::new(MEMORY).is_dir() {
        builder.tempdir_in(MEMORY).or_else(|_| builder.tempdir())
    } else {
        builder.tempdir()
    };
    let folder = match folder {
        Ok(folder) => folder,
        Err(error) => panic!("no temporary folder: {error}"),
    };
    let url = format!("sqlite://{}", folder.path().join("loggia.db").display());
    // Not copied from a template, because migrating an empty file takes only milliseconds.
    if let Err(error) = migrate(&url, sets).await {
        panic!("{url} cannot be migrated: {error}");
    }
    (url, folder)
}

async fn migrate(url: &str, sets: &[MigrationSet]) -> loggia_db::Result<()> {
    let db = Db::open(url, 1).await?;
    if !sets.is_empty() {
        db.migrate(sets).await?;
    }
    Ok(())
}
