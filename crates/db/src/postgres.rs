//! PostgreSQL: connections that are secured, bounded and watched.

mod connection;
mod connector;
mod driver;
mod watch;
mod watched;

pub(crate) use self::connector::{Connector, Deadlines, Pool};

pub use self::connection::PgConnection;
