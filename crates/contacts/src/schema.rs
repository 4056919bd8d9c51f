//! This crate's tables. Nobody else reads or writes them. `contact_counts` is written by triggers, and read in `sql`.

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
