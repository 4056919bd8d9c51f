//! The services against a real database: SQLite, or the PostgreSQL of `TEST_DATABASE_URL`.

#![expect(
    clippy::unwrap_used,
    reason = "clippy's leave for tests does not reach the functions that they share"
)]

mod django_policy;
mod guesses;
mod keys;
mod letters;
mod one_time;
mod opaque;
mod orgs;
mod passwords;
mod people;
mod races;
mod registration;
mod sessions;
mod superusers;
mod tokens;
mod updates;
mod world;
