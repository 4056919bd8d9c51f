//! One-time tokens for links in emails.

mod model;
mod service;
pub(crate) mod store;
#[cfg(test)]
mod tests;

pub use self::model::{IssuedToken, PasswordReset, Purpose};
pub use self::service::{OneTimeTokens, StoredOneTimeTokens};
