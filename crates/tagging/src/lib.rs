#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod error;
mod model;
mod names;
mod schema;
mod service;
mod store;
mod targets;
#[cfg(test)]
mod tests;

pub use error::{Error, Result};
pub use model::{NewTag, Order, Tag, TagId, TagName, TargetKind, TargetRef};
pub use schema::MIGRATIONS;
pub use service::{StoredTags, Tags};
pub use targets::Targets;
