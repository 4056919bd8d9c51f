//! The connection of a unit of work, for one statement.

use diesel::QueryResult;

use crate::{Conn, Db, Error, Lease as Pooled, Result, db::Pools, joint::Joint};

use super::transaction::Health;

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
    Pooled(Pooled),
    Borrowed(&'w mut Conn),
}

impl<'w> Lease<'w> {
    /// For a statement that is a transaction by itself, or part of a transaction of [`Db::atomically`].
    pub(super) async fn auto(db: &Db) -> Result<Self> {
        if let Some(joint) = Joint::of(db) {
            return Ok(Self::single(joint.lease_for_statement().await?));
        }
        Ok(Self::single(match db.pools() {
            Pools::Postgres { pool, .. } => Pooled::pooled(Conn::Postgres(pool.get().await?)),
            Pools::Sqlite(pools) => Pooled::pooled(Conn::Sqlite(pools.auto())),
        }))
    }

    /// For a statement whose failure concerns no other statement.
    pub(super) fn single(conn: Pooled) -> Self {
        Self {
            conn: Source::Pooled(conn),
            health: None,
        }
    }

    /// For a statement of a transaction that has its own connection.
    ///
    /// # Errors
    /// As [`Health::begin_statement`].
    pub(super) fn borrowed(conn: &'w mut Conn, health: &'w mut Health) -> Result<Self> {
        health.begin_statement()?;
        Ok(Self {
            conn: Source::Borrowed(conn),
            health: Some(health),
        })
    }

    /// For a statement of a part of [`Db::atomically`].
    ///
    /// # Errors
    /// As [`Health::begin_statement`].
    pub(super) fn joined(conn: Pooled, health: &'w mut Health) -> Result<Self> {
        health.begin_statement()?;
        Ok(Self {
            conn: Source::Pooled(conn),
            health: Some(health),
        })
    }

    #[doc(hidden)]
    pub fn conn(&mut self) -> &mut Conn {
        match &mut self.conn {
            Source::Pooled(lease) => lease,
            Source::Borrowed(conn) => conn,
        }
    }

    /// Ends the statement: gives the connection back and notes a failure in the transaction.
    ///
    /// # Errors
    /// That of the statement.
    #[doc(hidden)]
    pub fn end<T>(self, outcome: QueryResult<T>) -> Result<T> {
        let outcome = outcome.map_err(Error::from);
        if let Some(health) = self.health {
            health.end_statement(outcome.as_ref().err());
        }
        outcome
    }
}

/// What [`run!`](crate::run) takes from a plain [`Conn`].
pub struct Direct<'c>(pub(crate) &'c mut Conn);

impl Direct<'_> {
    #[doc(hidden)]
    pub fn conn(&mut self) -> &mut Conn {
        self.0
    }

    /// # Errors
    /// That of the statement.
    #[doc(hidden)]
    pub fn end<T>(self, outcome: QueryResult<T>) -> Result<T> {
        outcome.map_err(Error::from)
    }
}
