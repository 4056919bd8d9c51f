//! Tags against a real database.
#![expect(
    clippy::unwrap_used,
    reason = "clippy's leave for tests does not reach the functions that they share"
)]

mod assigning;
mod links;
mod naming;
mod races;
mod world;
