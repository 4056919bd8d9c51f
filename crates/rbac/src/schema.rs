//! This crate's tables. Only this crate reads or writes them.

use loggia_db::{MigrationSet, migration_set};

/// The migrations of this crate's tables. Roles are assigned to accounts, whose role follows the assignment.
pub const MIGRATIONS: MigrationSet = migration_set! {
    crate: "rbac",
    requires: ["identity"],
    migrations: [
        "0006_rbac_roles",
        "0010_rbac_account_role",
    ],
};

diesel::table! {
    permissions (id) {
        id -> BigInt,
        name -> Text,
        name_folded -> Text,
        codename -> Text,
        codename_folded -> Text,
        description -> Text,
        is_system -> Bool,
    }
}

diesel::table! {
    roles (id) {
        id -> BigInt,
        name -> Text,
        name_folded -> Text,
        description -> Text,
        is_built_in -> Bool,
    }
}

diesel::table! {
    role_permissions (role_id, permission_id) {
        role_id -> BigInt,
        permission_id -> BigInt,
    }
}

diesel::table! {
    account_roles (id) {
        id -> BigInt,
        account_id -> BigInt,
        role_id -> BigInt,
        created_at -> Timestamp,
    }
}

diesel::joinable!(role_permissions -> permissions (permission_id));
diesel::joinable!(role_permissions -> roles (role_id));
diesel::joinable!(account_roles -> roles (role_id));
diesel::allow_tables_to_appear_in_same_query!(permissions, roles, role_permissions, account_roles);
