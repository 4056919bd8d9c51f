//! The crate against real databases: SQLite, or the PostgreSQL of `TEST_DATABASE_URL`, and where it says so SQLite always.

#![expect(
    clippy::unwrap_used,
    reason = "clippy allows `unwrap` in tests, but not in the functions that they share"
)]

mod carry_over;
mod errors;
mod group_commit;
mod migrations;
mod opening;
mod records;
mod sqlite;
mod stalled;
mod things;
mod unwritable;
mod waiting;
mod work;
mod work_dropped;
mod work_retries;
mod work_transactions;
