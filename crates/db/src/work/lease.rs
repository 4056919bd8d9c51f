//! The connection of a unit of work, for one statement.

use diesel::QueryResult;

use crate::{Conn, Db, PgConnection, Result, db::Pools};

use super::health::Health;

/// The connection for one statement. Built and consumed by [`run!`](crate::run).
pub struct Lease<'w> {
    conn: Source<'w>,
    // Absent where the statement is a transaction by itself.
    health: Option<&'w mut Health>,
}

#[expect(
    clippy::large_enum_variant,
    reason = "one lives as long as a query; a box would cost each of them an allocation"
)]
enum Source<'w> {
    Pooled(Conn),
    Borrowed(&'w mut Conn),
}

impl<'w> Lease<'w> {
    /// Returns a connection for a statement that is a transaction by itself.
    pub(super) async fn auto(db: &Db) -> Result<Self> {
        Ok(Self::single(match db.pools() {
            Pools::Postgres { pool, .. } => Conn::Postgres(PgConnection::new(pool.get().await?)),
            Pools::Sqlite(pools) => Conn::Sqlite(pools.auto()),
        }))
    }

    /// Returns a connection for a long read.
    pub(super) async fn scan(db: &Db) -> Result<Self> {
        Ok(Self::single(match db.pools() {
            Pools::Postgres { pool, .. } => Conn::Postgres(PgConnection::new(pool.get().await?)),
            Pools::Sqlite(pools) => Conn::Sqlite(pools.scanner()),
        }))
    }

    fn single(conn: Conn) -> Self {
        conn.begin_statement();
        Self { conn: Source::Pooled(conn), health: None }
    }

    /// Returns the connection of a transaction, for one of its statements.
    ///
    /// # Errors
    /// As [`Health::begin_statement`].
    pub(super) fn borrowed(conn: &'w mut Conn, health: &'w mut Health) -> Result<Self> {
        health.begin_statement()?;
        conn.begin_statement();
        Ok(Self { conn: Source::Borrowed(conn), health: Some(health) })
    }

    #[doc(hidden)]
    pub fn conn(&mut self) -> &mut Conn {
        match &mut self.conn {
            Source::Pooled(conn) => conn,
            Source::Borrowed(conn) => conn,
        }
    }

    /// Ends the statement: returns the connection and records a failure in the transaction.
    ///
    /// # Errors
    /// That of the statement.
    #[doc(hidden)]
    pub fn end<T>(mut self, outcome: QueryResult<T>) -> Result<T> {
        let outcome = self.conn().end(outcome);
        if let Some(health) = self.health {
            health.end_statement(outcome.as_ref().err());
        }
        outcome
    }
}
