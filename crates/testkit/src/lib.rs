#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod clock;
mod contents;
mod db;
mod migrations;
mod postgres;
mod relay;
mod sqlite;

pub use clock::FrozenClock;
pub use db::TestDb;
pub use migrations::sets as migrations;
pub use relay::Relay;

#[cfg(test)]
mod tests;
