//! The use cases against a real database: SQLite, or the PostgreSQL of `TEST_DATABASE_URL`.

#![expect(
    clippy::unwrap_used,
    reason = "clippy's leave for tests does not reach the functions that they share"
)]

mod accounts;
mod assignments;
mod authority;
mod content;
mod fixtures;
mod permissions;
mod roles;
mod tagging;
