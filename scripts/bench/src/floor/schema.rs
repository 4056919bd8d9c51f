//! The tables and columns that the server reads for the requests of the floor.

diesel::table! {
    accounts (id) {
        id -> BigInt,
        public_id -> Text,
        slug -> Text,
        username -> Text,
        email -> Nullable<Text>,
        first_name -> Text,
        last_name -> Text,
        phone_number -> Text,
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
    sessions (id) {
        id -> Text,
        account_id -> BigInt,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    organizations (id) {
        id -> BigInt,
        slug -> Text,
        name -> Text,
        kind -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    memberships (organization_id, account_id) {
        organization_id -> BigInt,
        account_id -> BigInt,
        role -> Text,
    }
}

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

diesel::table! {
    tags (id) {
        id -> BigInt,
        organization_id -> BigInt,
        name -> Text,
        slug -> Text,
    }
}

diesel::table! {
    tag_links (id) {
        id -> BigInt,
        tag_id -> BigInt,
        kind -> Text,
        target_id -> BigInt,
    }
}

diesel::joinable!(sessions -> accounts (account_id));
diesel::joinable!(tag_links -> tags (tag_id));
diesel::allow_tables_to_appear_in_same_query!(accounts, sessions, organizations, memberships);
diesel::allow_tables_to_appear_in_same_query!(tags, tag_links);
