#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod error;
mod kind;
mod model;
mod schema;
mod service;
mod slug;
mod store;

pub use error::{Error, Result};
pub use kind::Kind;
pub use model::{Audience, Entry, EntryField, EntryId, EntryPatch, NewEntry};
pub use schema::MIGRATIONS;
pub use service::{Entries, StoredEntries};
pub use slug::EntrySlug;
