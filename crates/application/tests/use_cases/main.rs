//! The use cases against a real database: SQLite, or the PostgreSQL of `TEST_DATABASE_URL`.

#![expect(
    clippy::unwrap_used,
    reason = "clippy allows `unwrap` in tests, but not in the functions that they share"
)]

mod accounts;
mod assignments;
mod authority;
mod content;
mod fixtures;
mod permissions;
mod roles;
mod tagging;
