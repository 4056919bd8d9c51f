#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod conn;
mod db;
mod error;
mod limits;
mod migrate;
mod postgres;
mod query;
mod sqlite;
mod tls;
mod work;

pub use conn::Conn;
pub use db::{Backend, Db};
pub use error::{Error, OptionalExt, Result};
pub use migrate::{Migration, MigrationSet};
pub use postgres::PgConnection;
pub use query::{Execute, LoadRows, RunQueryDsl};
pub use sqlite::LiteConnection;
pub use work::{Scan, TransactionBody, Work};
