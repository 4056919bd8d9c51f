//! Accounts, sessions, organizations and one-time tokens, and the values that create or change them.

pub(crate) mod account;
pub(crate) mod one_time;
pub(crate) mod organization;
pub(crate) mod session;
