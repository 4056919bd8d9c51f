#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod error;
mod model;
mod schema;
mod search;
mod service;
mod slugs;
mod sql;
mod store;
mod wanted;

pub use error::{Error, Result};
pub use model::{Contact, ContactId, ContactPatch, Details, NewContact, display_name};
pub use search::{Search, TooManyTerms};
pub use service::{Contacts, StoredContacts};
pub use wanted::{Order, Part, Position, SortBy, SortKey, Wanted};
