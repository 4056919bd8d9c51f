#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod clock;
mod db;
mod postgres;
mod sqlite;

pub use clock::FrozenClock;
pub use db::TestDb;

#[cfg(test)]
mod tests;
