//! A connection to one of two databases, and the macro that asks it.

use diesel_async::{AsyncPgConnection, SimpleAsyncConnection, pooled_connection::deadpool::Object};

use crate::{Result, sqlite::LiteConnection};

/// A connection. Store functions take `&mut Conn` and do not know which database answers; only
/// [`run!`](crate::run) looks inside.
#[expect(
    clippy::large_enum_variant,
    reason = "one lives as long as a query; a box would cost each of them an allocation"
)]
pub enum Conn {
    /// PostgreSQL, or anything that speaks its protocol.
    Postgres(Object<AsyncPgConnection>),
    /// The embedded database.
    Sqlite(LiteConnection),
}

impl Conn {
    /// Sends statements that take no arguments and return nothing.
    pub(crate) async fn batch(&mut self, sql: &str) -> Result<()> {
        match self {
            Self::Postgres(conn) => conn.batch_execute(sql).await,
            Self::Sqlite(conn) => conn.batch_execute(sql).await,
        }
        .map_err(Into::into)
    }

    /// Takes the connection out of its pool and closes it.
    pub(crate) fn close(self) {
        match self {
            Self::Postgres(conn) => drop(Object::take(conn)),
            Self::Sqlite(conn) => conn.close(),
        }
    }
}

/// Runs one diesel query on whichever database `conn`, a `&mut Conn` or what dereferences to it, points at.
///
/// `run!(conn, |c| query.load(c))` type-checks the same query once per backend, so a query that is not portable does not
/// compile. Write the two-armed form only where the SQL must differ, and say why above it. Returns
/// [`db::Result`](crate::Result); diesel's own error never leaves. The caller imports `diesel_async::RunQueryDsl`.
#[macro_export]
macro_rules! run {
    ($conn:expr, |$c:ident| $query:expr $(,)?) => {
        $crate::run!($conn, Postgres(|$c| $query), Sqlite(|$c| $query))
    };
    ($conn:expr, Postgres(|$p:ident| $pg:expr), Sqlite(|$s:ident| $lite:expr) $(,)?) => {
        match {
            // A lease or a transaction comes down to its connection here.
            let conn: &mut $crate::Conn = &mut *$conn;
            conn
        } {
            $crate::Conn::Postgres($p) => ($pg).await,
            $crate::Conn::Sqlite($s) => ($lite).await,
        }
        .map_err($crate::Error::from)
    };
}
