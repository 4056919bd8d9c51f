//! A transaction with its connection, its savepoints and its actions.

use crate::{Backend, Conn, Db, Error, PgConnection, Result, db::Pools};

use super::{health::Health, lease::Lease};

/// An action that runs after the commit.
pub(super) type Action = Box<dyn FnOnce() + Send>;

/// An open transaction. Dropped before its end, it closes its connection, and the database rolls back: a pooled connection
/// in the middle of a transaction would keep its locks.
pub(super) struct Transaction {
    // Absent once the transaction has ended or its connection is closed.
    conn: Option<Conn>,
    health: Health,
    // The number of savepoints that are neither released nor rolled back.
    depth: usize,
    after_commit: Vec<Action>,
}

/// The state of a transaction before a savepoint, to which a rollback returns.
pub(super) struct Mark {
    depth: usize,
    actions: usize,
}

impl Transaction {
    /// Begins a transaction. With `is_alone` it never shares a commit with others on SQLite, so that no failure of theirs
    /// can be its own.
    pub(super) async fn begin(db: &Db, is_alone: bool) -> Result<Box<Self>> {
        let mut transaction = Box::new(Self {
            conn: Some(match db.pools() {
                Pools::Postgres { pool, .. } => {
                    Conn::Postgres(PgConnection::new(pool.get().await?))
                }
                Pools::Sqlite(pools) => Conn::Sqlite(pools.begin(is_alone).await?),
            }),
            health: Health::default(),
            depth: 0,
            after_commit: Vec::new(),
        });
        // SQLite's writer has begun it.
        if db.backend() == Backend::Postgres {
            transaction.batch("BEGIN").await?;
        }
        Ok(transaction)
    }

    pub(super) fn after_commit(&mut self, action: Action) {
        self.after_commit.push(action);
    }

    /// Returns whether a statement met a serialization failure or a deadlock.
    pub(super) fn has_conflict(&self) -> bool {
        self.health.has_conflict
    }

    /// The connection, for one statement.
    pub(super) fn lease(&mut self) -> Result<Lease<'_>> {
        let conn = self.conn.as_mut().ok_or_else(is_lost)?;
        Lease::borrowed(conn, &mut self.health)
    }

    /// Commits. The actions are for the caller to run.
    ///
    /// # Errors
    /// [`Error::Aborted`] if a statement failed, [`Error::Unavailable`] if a nested transaction was dropped before its
    /// end; or that of the database. Nothing is kept then.
    pub(super) async fn commit(mut self: Box<Self>) -> Result<Vec<Action>> {
        let mut guard = Closes(self.conn.take());
        let conn = guard.0.as_mut().ok_or_else(is_lost)?;
        self.health.check()?;
        if self.depth != 0 {
            return Err(is_unfinished());
        }
        conn.commit().await?;
        // To its pool, before the actions: what they cause may need it.
        drop(guard.0.take());
        Ok(std::mem::take(&mut self.after_commit))
    }

    /// Rolls back. Where that fails the connection is closed, which has the same effect. Returns whether a conflict with
    /// another transaction may be the reason for the rollback, so that another run may succeed.
    pub(super) async fn rollback(mut self: Box<Self>) -> bool {
        let mut guard = Closes(self.conn.take());
        if let Some(conn) = guard.0.as_mut() {
            match conn.rollback().await {
                Ok(()) => drop(guard.0.take()),
                Err(error) => {
                    self.health.note_conflict(Some(&error));
                    tracing::debug!(%error, "a rollback cost its connection");
                }
            }
        }
        self.health.has_conflict
    }

    /// Sets a savepoint.
    pub(super) async fn begin_part(&mut self) -> Result<Mark> {
        self.health.check()?;
        let mark = Mark { depth: self.depth, actions: self.after_commit.len() };
        // Counted before it exists: if this future is dropped, the transaction cannot be committed.
        self.depth += 1;
        self.batch(&format!("SAVEPOINT part_{}", mark.depth)).await?;
        Ok(mark)
    }

    /// Releases the savepoint of `mark`.
    ///
    /// # Errors
    /// As [`Transaction::commit`]; the part is still to be rolled back then.
    pub(super) async fn release_part(&mut self, mark: &Mark) -> Result<()> {
        self.health.check()?;
        if self.depth != mark.depth + 1 {
            return Err(is_unfinished());
        }
        self.batch(&format!("RELEASE SAVEPOINT part_{}", mark.depth)).await?;
        self.depth = mark.depth;
        Ok(())
    }

    /// Rolls back to the savepoint of `mark`: the transaction is then as it was before, also if a statement failed.
    ///
    /// # Errors
    /// That of the database; the connection is closed then, and with it the whole transaction.
    pub(super) async fn rollback_part(&mut self, mark: &Mark) -> Result<()> {
        let depth = mark.depth;
        // One name for each level: this also ends savepoints inside that were left unfinished.
        self.batch(&format!("ROLLBACK TO SAVEPOINT part_{depth}; RELEASE SAVEPOINT part_{depth}"))
            .await?;
        self.depth = depth;
        self.health.is_failed = false;
        self.after_commit.truncate(mark.actions);
        Ok(())
    }

    /// Runs statements that control the transaction. If they fail, or if this future is dropped, the state of the
    /// transaction is unknown, so the connection is closed.
    async fn batch(&mut self, sql: &str) -> Result<()> {
        let mut guard = Closes(self.conn.take());
        let conn = guard.0.as_mut().ok_or_else(is_lost)?;
        let outcome = conn.batch(sql).await;
        self.health.note_conflict(outcome.as_ref().err());
        outcome?;
        self.conn = guard.0.take();
        Ok(())
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        drop(Closes(self.conn.take()));
    }
}

/// Closes a connection instead of returning it to its pool.
struct Closes(Option<Conn>);

impl Drop for Closes {
    fn drop(&mut self) {
        if let Some(conn) = self.0.take() {
            conn.close();
        }
    }
}

fn is_lost() -> Error {
    Error::Unavailable("the transaction has lost its connection".to_owned())
}

fn is_unfinished() -> Error {
    Error::Unavailable("a nested transaction was left unfinished".to_owned())
}
