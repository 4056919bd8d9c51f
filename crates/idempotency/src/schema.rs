//! This crate's table. Only this crate reads or writes it.

use loggia_db::{MigrationSet, migration_set};

/// The migrations of this crate's tables. Stored responses belong to accounts.
pub const MIGRATIONS: MigrationSet = migration_set! {
    crate: "idempotency",
    requires: ["identity"],
    migrations: ["0008_idempotency_answers"],
};

diesel::table! {
    idempotency_answers (id) {
        id -> BigInt,
        account_id -> BigInt,
        method -> Text,
        path -> Text,
        key -> Text,
        request_digest -> Text,
        status -> Integer,
        content_type -> Nullable<Text>,
        body -> Binary,
        created_at -> Timestamp,
        expires_at -> Timestamp,
    }
}
