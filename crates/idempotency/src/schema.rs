//! This crate's table. Nobody else reads or writes it.

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
