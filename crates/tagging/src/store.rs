//! Queries. Plain functions over `&mut Conn`: the caller decides on the transaction.

pub(crate) mod links;
pub(crate) mod tags;
