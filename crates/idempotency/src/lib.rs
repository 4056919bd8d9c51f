#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod answers;
mod error;
mod model;
mod schema;
mod store;
mod working;

pub use answers::{Answers, Done};
pub use error::{Error, Result};
pub use model::{Answer, Fingerprint, Key, Request};
