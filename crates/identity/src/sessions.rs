//! Sessions and their tokens.

mod authentication;
mod login;
mod model;
mod service;
mod signer;
pub(crate) mod store;
#[cfg(test)]
mod tests;

pub use self::model::{
    Caller, LoginName, LoginRequest, Member, SessionPolicy, SessionSettings, Subject, TokenPair,
};
pub use self::service::{Sessions, StoredSessions};
