//! One-time tokens: what is mailed in links.

mod model;
mod service;
pub(crate) mod store;
#[cfg(test)]
mod tests;

pub use self::model::{IssuedToken, PasswordReset, Purpose};
pub use self::service::{OneTimeTokens, StoredOneTimeTokens};
