//! The crate against real databases: SQLite, or the PostgreSQL of `TEST_DATABASE_URL`, and where it says so SQLite always.

mod errors;
mod migrations;
mod opening;
mod sqlite;
mod things;
mod transactions;
