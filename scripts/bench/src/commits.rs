//! The rate at which SQLite commits single rows without a server: the reference for creating contacts.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use diesel::{
    Connection, ExpressionMethods, RunQueryDsl, connection::SimpleConnection,
    sqlite::SqliteConnection,
};

/// The server's pragmas. Source: crates/db, `sqlite::PRAGMAS`.
pub(crate) const PRAGMAS: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA foreign_keys = ON;";

/// A table without further indexes, triggers or constraints.
const TABLE: &str =
    "CREATE TABLE IF NOT EXISTS bench_commits (id INTEGER PRIMARY KEY, text TEXT NOT NULL)";

/// Roughly the size of a contact's row, in bytes.
const ROW_BYTES: usize = 200;

diesel::table! {
    bench_commits (id) {
        id -> BigInt,
        text -> Text,
    }
}

/// Returns commits per second of one row each into a separate table of this file, through one connection.
pub(crate) fn rate(file: &Path, span: Duration) -> Result<f64> {
    let path = file.to_str().context("the file's path is no text")?;
    let mut connection = SqliteConnection::establish(path)?;
    connection.batch_execute(PRAGMAS)?;
    connection.batch_execute(TABLE)?;
    let text = "x".repeat(ROW_BYTES);
    let began = Instant::now();
    let mut commits = 0;
    while began.elapsed() < span {
        connection.immediate_transaction(|connection| {
            diesel::insert_into(bench_commits::table)
                .values(bench_commits::text.eq(&text))
                .execute(connection)
        })?;
        commits += 1;
    }
    Ok(f64::from(commits) / began.elapsed().as_secs_f64())
}
