//! Tests of the services on a real database: SQLite, or the PostgreSQL of `TEST_DATABASE_URL`.

#![expect(
    clippy::unwrap_used,
    reason = "clippy allows `unwrap` in tests, but not in the functions that they share"
)]

mod administration;
mod attempts;
mod django_policy;
mod emails;
mod fixtures;
mod keys;
mod one_time;
mod opaque;
mod orgs;
mod orgs_concurrency;
mod passwords;
mod races;
mod registration;
mod sessions;
mod superusers;
mod tokens;
mod updates;
