//! Sessions and their tokens.

mod authentication;
mod login;
mod service;
mod stored;
#[cfg(test)]
mod tests;

pub use self::{service::Sessions, stored::StoredSessions};
