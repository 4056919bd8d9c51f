//! One-time tokens for links in emails.

mod issue;
mod redeem;
mod service;
#[cfg(test)]
mod tests;

pub use self::service::{OneTimeTokens, StoredOneTimeTokens};
