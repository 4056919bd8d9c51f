//! One-time tokens: what is mailed in links.

mod model;
mod service;
pub(crate) mod store;
#[cfg(test)]
mod tests;

pub use self::model::{Issued, Purpose, Reset};
pub use self::service::{OneTimeTokens, StoredOneTimeTokens};
