//! This crate's table. Nobody else reads or writes it.

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
