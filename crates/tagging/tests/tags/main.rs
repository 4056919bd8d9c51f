//! Tags against a real database.
#![expect(
    clippy::unwrap_used,
    reason = "clippy allows `unwrap` in tests, but not in the functions that they share"
)]

mod assigning;
mod links;
mod naming;
mod races;
mod world;
