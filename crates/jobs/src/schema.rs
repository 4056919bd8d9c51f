//! This crate's table. Only this crate reads or writes it.

use loggia_db::{MigrationSet, migration_set};

/// The migrations of this crate's tables.
pub const MIGRATIONS: MigrationSet = migration_set! {
    crate: "jobs",
    requires: [],
    migrations: ["0001_jobs_queue"],
};

diesel::table! {
    jobs (id) {
        id -> BigInt,
        kind -> Text,
        payload -> Jsonb,
        attempts -> Integer,
        run_at -> Timestamp,
        lease_token -> Nullable<Text>,
        last_error -> Nullable<Text>,
        died_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}
