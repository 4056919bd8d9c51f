//! The services against a real database: SQLite, or the PostgreSQL of `TEST_DATABASE_URL`.

#![expect(
    clippy::unwrap_used,
    reason = "clippy's leave for tests does not reach the functions that they share"
)]

mod assignments;
mod grants;
mod permissions;
mod races;
mod roles;
mod world;
