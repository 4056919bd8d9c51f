//! One-time tokens for links in emails.

mod issue;
mod model;
mod redeem;
mod service;
pub(crate) mod store;
#[cfg(test)]
mod tests;

pub use self::model::{IssuedToken, PasswordReset, Purpose};
pub use self::service::{OneTimeTokens, StoredOneTimeTokens};
