#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod error;
mod model;
mod query;
mod schema;
mod search;
mod service;
mod slugs;
mod sql;
mod store;

pub use error::{Error, Result};
pub use model::{Contact, ContactId, ContactPatch, Details, NewContact, display_name};
pub use query::{ContactPage, ContactQuery, Cursor, Order, SortBy, SortKey};
pub use schema::MIGRATIONS;
pub use search::{Search, TooManyTerms};
pub use service::{Contacts, StoredContacts};
