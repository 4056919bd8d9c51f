//! The crate against a real database.

mod changes;
mod counts;
mod listing;
mod slugs;
mod world;
