//! The services against a real database: SQLite, or the PostgreSQL of `TEST_DATABASE_URL`.

mod django_policy;
mod guesses;
mod one_time;
mod passwords;
mod races;
mod registration;
mod sessions;
mod superusers;
mod tokens;
mod updates;
mod world;
