//! A connection to one of two databases, and the macro that runs a query on it.

use diesel::QueryResult;
use diesel_async::SimpleAsyncConnection;

use crate::{Result, postgres::PgConnection, sqlite::LiteConnection};

/// A connection to one of the two databases. Only [`run!`](crate::run) distinguishes them.
#[expect(
    clippy::large_enum_variant,
    reason = "one lives as long as a query; a box would cost each of them an allocation"
)]
pub enum Conn {
    /// A connection of PostgreSQL's pool.
    Postgres(PgConnection),
    /// A connection to SQLite.
    Sqlite(LiteConnection),
}

impl Conn {
    /// Runs statements that take no arguments and return nothing.
    pub(crate) async fn batch(&mut self, sql: &str) -> Result<()> {
        let outcome = match self {
            Self::Postgres(conn) => {
                conn.begin_statement();
                conn.batch_execute(sql).await
            }
            Self::Sqlite(conn) => conn.batch_execute(sql).await,
        };
        self.end(outcome)
    }

    /// Commits the open transaction.
    pub(crate) async fn commit(&mut self) -> Result<()> {
        let outcome = match self {
            // PostgreSQL replies to COMMIT alone without an error, and rolls back, if a statement failed before. It
            // refuses every other statement then.
            Self::Postgres(conn) => {
                conn.begin_statement();
                conn.batch_execute("SELECT 1; COMMIT").await
            }
            Self::Sqlite(conn) => conn.commit().await,
        };
        self.end(outcome)
    }

    /// Rolls the open transaction back.
    pub(crate) async fn rollback(&mut self) -> Result<()> {
        let outcome = match self {
            Self::Postgres(conn) => {
                conn.begin_statement();
                conn.batch_execute("ROLLBACK").await
            }
            Self::Sqlite(conn) => conn.rollback().await,
        };
        self.end(outcome)
    }

    /// Marks that a statement is in progress: PostgreSQL must answer it in time.
    pub(crate) fn begin_statement(&self) {
        if let Self::Postgres(conn) = self {
            conn.begin_statement();
        }
    }

    /// Marks that no statement is in progress, and converts the outcome of the last one.
    pub(crate) fn end<T>(&self, outcome: QueryResult<T>) -> Result<T> {
        match self {
            Self::Postgres(conn) => {
                conn.end_statement();
                outcome.map_err(Into::into)
            }
            Self::Sqlite(conn) => conn.end(outcome),
        }
    }

    /// Closes the connection instead of returning it to its pool.
    pub(crate) fn close(self) {
        match self {
            Self::Postgres(conn) => conn.close(),
            // Dropped, a loan of the writer's is rolled back.
            Self::Sqlite(conn) => drop(conn),
        }
    }
}

/// Runs one diesel query in a [`Work`](crate::Work).
///
/// `run!(work, |c| query.load(c))` type-checks the same query once per backend, so a query that is not portable does not
/// compile. Write the two-armed form only where the SQL must differ, and say why above it. Returns
/// [`Result`](crate::Result). The caller imports [`RunQueryDsl`](crate::RunQueryDsl).
#[macro_export]
macro_rules! run {
    ($work:expr, |$c:ident| $query:expr $(,)?) => {
        $crate::run!($work, Postgres(|$c| $query), Sqlite(|$c| $query))
    };
    ($work:expr, Postgres(|$p:ident| $pg:expr), Sqlite(|$s:ident| $lite:expr) $(,)?) => {
        match $work.lease().await {
            Err(error) => Err(error),
            Ok(mut lease) => {
                let outcome = match lease.conn() {
                    $crate::Conn::Postgres($p) => ($pg).await,
                    $crate::Conn::Sqlite($s) => ($lite).await,
                };
                lease.end(outcome)
            }
        }
    };
}
