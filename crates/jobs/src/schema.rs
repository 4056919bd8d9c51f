//! This crate's table. Nobody else reads or writes it.

diesel::table! {
    jobs (id) {
        id -> BigInt,
        kind -> Text,
        payload -> Jsonb,
        attempts -> Integer,
        run_at -> Timestamp,
        lease_token -> Nullable<Text>,
        last_error -> Nullable<Text>,
        died_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}
