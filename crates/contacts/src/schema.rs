//! This crate's tables. Only this crate reads or writes them. Triggers write `contact_counts`, and `sql` reads it.

use loggia_db::{MigrationSet, migration_set};

/// The migrations of this crate's tables. Contacts belong to organizations and name the account that created them.
pub const MIGRATIONS: MigrationSet = migration_set! {
    crate: "contacts",
    requires: ["identity"],
    migrations: ["0004_contacts_contacts"],
};

diesel::table! {
    contacts (id) {
        id -> BigInt,
        slug -> Text,
        organization_id -> BigInt,
        creator -> Nullable<Text>,
        display_name -> Text,
        first_name -> Nullable<Text>,
        last_name -> Nullable<Text>,
        email -> Nullable<Text>,
        location -> Nullable<Text>,
        phone -> Nullable<Text>,
        notes -> Nullable<Text>,
        avatar_path -> Nullable<Text>,
        folded -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}
