//! This crate's tables. Other crates do not access them.

use loggia_db::{MigrationSet, migration_set};

/// The migrations of this crate's tables.
pub const MIGRATIONS: MigrationSet = migration_set! {
    crate: "identity",
    requires: [],
    migrations: [
        "0002_identity_accounts",
        "0003_identity_organizations",
        "0009_identity_people",
    ],
};

diesel::table! {
    accounts (id) {
        id -> BigInt,
        public_id -> Text,
        slug -> Text,
        username -> Text,
        username_folded -> Text,
        email -> Nullable<Text>,
        email_folded -> Nullable<Text>,
        password_hash -> Nullable<Text>,
        first_name -> Text,
        last_name -> Text,
        phone_number -> Text,
        search_folded -> Text,
        company_name -> Text,
        about -> Text,
        location -> Text,
        avatar_path -> Nullable<Text>,
        role -> Text,
        is_active -> Bool,
        is_staff -> Bool,
        is_superuser -> Bool,
        last_login_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    account_counts (part) {
        part -> BigInt,
        total -> BigInt,
    }
}

diesel::table! {
    sessions (id) {
        id -> Text,
        account_id -> BigInt,
        created_at -> Timestamp,
        expires_at -> Nullable<Timestamp>,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    opaque_tokens (account_id) {
        account_id -> BigInt,
        session_id -> Text,
        salt -> Text,
        digest -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    one_time_tokens (id) {
        id -> BigInt,
        account_id -> BigInt,
        purpose -> Text,
        digest -> Text,
        new_email -> Nullable<Text>,
        expires_at -> Timestamp,
        created_at -> Timestamp,
    }
}

diesel::table! {
    organizations (id) {
        id -> BigInt,
        slug -> Text,
        name -> Text,
        kind -> Text,
        personal_of -> Nullable<BigInt>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    memberships (organization_id, account_id) {
        organization_id -> BigInt,
        account_id -> BigInt,
        role -> Text,
        created_at -> Timestamp,
    }
}

diesel::joinable!(sessions -> accounts (account_id));
diesel::joinable!(opaque_tokens -> accounts (account_id));
diesel::joinable!(opaque_tokens -> sessions (session_id));
diesel::joinable!(one_time_tokens -> accounts (account_id));
diesel::joinable!(memberships -> accounts (account_id));
diesel::joinable!(memberships -> organizations (organization_id));
diesel::allow_tables_to_appear_in_same_query!(
    accounts,
    sessions,
    opaque_tokens,
    one_time_tokens,
    organizations,
    memberships,
);
