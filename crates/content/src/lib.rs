#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod error;
mod model;
mod schema;
mod service;
mod slug;
mod store;

pub use error::{Error, Result};
pub use model::{Audience, Entry, EntryField, EntryId, EntryPatch, Kind, NewEntry};
pub use schema::MIGRATIONS;
pub use service::{Entries, StoredEntries};
pub use slug::EntrySlug;
