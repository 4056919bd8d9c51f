#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod conn;
mod db;
mod error;
mod joint;
mod lease;
mod migrate;
mod postgres;
mod savepoint;
mod sqlite;
mod tls;
mod tx;
mod work;

pub use conn::Conn;
pub use db::{Backend, Db};
pub use error::{Error, OptionalExt, Result};
pub use lease::Lease;
pub use migrate::{Migration, MigrationSet};
pub use sqlite::LiteConnection;
pub use tx::Tx;
pub use work::{Scan, TransactionBody, Work};
