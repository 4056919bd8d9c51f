//! Transactions.

use std::ops::{Deref, DerefMut};

use crate::{
    Conn, Error, Lease, Result,
    lease::End,
    savepoint::{RELEASE, ROLLBACK_TO, SAVEPOINT},
};

pub(crate) use crate::work::Action as Afterwards;

/// An open transaction; dereferences to [`Conn`]. Nothing is kept unless [`Tx::commit`] is called.
///
/// Inside of [`Db::atomically`](crate::Db::atomically) it is a savepoint of that transaction: committed, it is kept if
/// the whole is kept; rolled back, the whole goes on without it; dropped, it takes the whole with it.
pub struct Tx {
    lease: Lease,
    afterwards: Vec<Afterwards>,
}

impl Tx {
    pub(crate) async fn begin(lease: Lease) -> Result<Self> {
        let sql = match (lease.joint(), &*lease) {
            (Some(_), _) => SAVEPOINT,
            (None, Conn::Postgres(_)) => "BEGIN",
            // The writer has begun it.
            (None, Conn::Sqlite(_)) => "",
        };
        let mut tx = Self {
            lease,
            afterwards: Vec::new(),
        };
        // Whoever gives up waiting for the statement must not put a connection that has begun back into the pool, where
        // a stranger's writes would become part of a transaction that nobody ends. Nor may he who drops the transaction.
        tx.lease.batch_or_close(sql, End::Close).await?;
        Ok(tx)
    }

    /// Does `action` once the changes are kept, and never if they are not: inside of
    /// [`Db::atomically`](crate::Db::atomically), once the whole is kept. It must not block.
    pub fn on_commit(&mut self, action: impl FnOnce() + Send + 'static) {
        self.afterwards.push(Box::new(action));
    }

    /// Keeps the changes and gives the connection back to the pool.
    ///
    /// # Errors
    /// As the database says; then nothing is kept, unless the connection was lost while it answered. Also when a
    /// statement failed before, and PostgreSQL therefore keeps nothing.
    pub async fn commit(mut self) -> Result<()> {
        let sql = match (self.lease.joint(), &*self.lease) {
            (Some(_), _) => RELEASE,
            // To COMMIT alone PostgreSQL answers ROLLBACK, and no error, if a statement failed before. Any other
            // statement it refuses then.
            (None, Conn::Postgres(_)) => "SELECT 1; COMMIT",
            (None, Conn::Sqlite(_)) => "COMMIT",
        };
        self.lease.batch_or_close(sql, End::Return).await?;
        let Self { lease, afterwards } = self;
        if let Some(joint) = lease.joint() {
            joint.postpone(afterwards);
            return Ok(());
        }
        // Free before the actions: what one of them sets off may want it.
        drop(lease);
        for action in afterwards {
            action();
        }
        Ok(())
    }

    /// Undoes the changes and gives the connection back to the pool. Dropping a transaction undoes them too, but costs
    /// the connection.
    ///
    /// # Errors
    /// As the database says; nothing is kept all the same.
    pub async fn rollback(mut self) -> Result<()> {
        let sql = match self.lease.joint() {
            Some(_) => ROLLBACK_TO,
            None => "ROLLBACK",
        };
        self.lease.batch_or_close(sql, End::Return).await
    }

    /// Undoes the changes because of `error`, and returns it.
    pub async fn abandon<E: From<Error>>(self, error: E) -> E {
        match self.rollback().await {
            Ok(()) => error,
            Err(failed) => failed.into(),
        }
    }

    /// The connection in the middle of the transaction, which is then the caller's to end.
    pub(crate) fn into_lease(self) -> Lease {
        self.lease
    }
}

impl Deref for Tx {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        &self.lease
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.lease
    }
}
