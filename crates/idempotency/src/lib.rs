#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod error;
mod in_flight;
mod model;
mod schema;
mod service;
mod store;

pub use error::{Error, Result};
pub use model::{Fingerprint, Key, Request, Response};
pub use schema::MIGRATIONS;
pub use service::{IdempotencyKeys, Outcome};
