//! Queries. The caller decides on the transaction.

pub(crate) mod links;
pub(crate) mod tags;
