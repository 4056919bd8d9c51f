//! This crate's table. Only this crate reads or writes it.

use loggia_db::{MigrationSet, migration_set};

/// The migrations of this crate's tables.
pub const MIGRATIONS: MigrationSet = migration_set! {
    crate: "content",
    requires: [],
    migrations: ["0007_content_entries"],
};

diesel::table! {
    content_entries (id) {
        id -> BigInt,
        kind -> Text,
        slug -> Text,
        title -> Text,
        title_folded -> Text,
        description -> Text,
        description_folded -> Text,
        is_published -> Bool,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}
