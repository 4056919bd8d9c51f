//! The services against a real database: SQLite, or the PostgreSQL of `TEST_DATABASE_URL`.

#![expect(
    clippy::unwrap_used,
    reason = "clippy allows `unwrap` in tests, but not in the functions that they share"
)]

mod assignments;
mod grants;
mod permissions;
mod races;
mod roles;
mod world;
