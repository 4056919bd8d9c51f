//! This crate's tables. Only this crate reads or writes them.

use loggia_db::{MigrationSet, migration_set};

/// The migrations of this crate's tables. Tags belong to organizations, and links to contacts are removed with them.
pub const MIGRATIONS: MigrationSet = migration_set! {
    crate: "tagging",
    requires: ["identity", "contacts"],
    migrations: ["0005_tagging_tags"],
};

diesel::table! {
    tags (id) {
        id -> BigInt,
        organization_id -> BigInt,
        name -> Text,
        name_folded -> Text,
        slug -> Text,
    }
}

diesel::table! {
    tag_links (id) {
        id -> BigInt,
        organization_id -> BigInt,
        tag_id -> BigInt,
        kind -> Text,
        target_id -> BigInt,
    }
}

diesel::joinable!(tag_links -> tags (tag_id));
diesel::allow_tables_to_appear_in_same_query!(tags, tag_links);

#[diesel::declare_sql_function]
extern "SQL" {
    /// Returns true if an organization has a target, and locks both until the transaction ends. PostgreSQL only.
    fn tag_target_is_held(
        organization: diesel::sql_types::BigInt,
        kind: diesel::sql_types::Text,
        target: diesel::sql_types::BigInt,
    ) -> diesel::sql_types::Bool;
}
