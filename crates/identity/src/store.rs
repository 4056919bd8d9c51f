//! Queries.

pub(crate) mod accounts;
pub(crate) mod one_time;
pub(crate) mod orgs;
pub(crate) mod sessions;
