//! Transactions.

use std::ops::{Deref, DerefMut};

use crate::{Conn, Error, Result};

/// What is to happen once a transaction is kept.
type Afterwards = Box<dyn FnOnce() + Send>;

/// An open transaction; dereferences to [`Conn`]. Nothing is kept unless [`Tx::commit`] is called.
pub struct Tx {
    // Present until the transaction ends.
    conn: Option<Conn>,
    afterwards: Vec<Afterwards>,
}

impl Tx {
    pub(crate) async fn begin(conn: Conn) -> Result<Self> {
        let sql = match conn {
            Conn::Postgres(_) => "BEGIN",
            // A transaction that reads first and asks for the write lock later can be refused it; this one cannot.
            Conn::Sqlite(_) => "BEGIN IMMEDIATE",
        };
        // Before the statement is sent: whoever gives up waiting for it must not put a connection that has begun back
        // into the pool, where a stranger's writes would become part of a transaction that nobody ends.
        let mut tx = Self {
            conn: Some(conn),
            afterwards: Vec::new(),
        };
        tx.batch(sql).await?;
        Ok(tx)
    }

    /// Does `action` once the changes are kept, and never if they are not. It must not block.
    pub fn on_commit(&mut self, action: impl FnOnce() + Send + 'static) {
        self.afterwards.push(Box::new(action));
    }

    /// Keeps the changes and gives the connection back to the pool.
    ///
    /// # Errors
    /// As the database says; then nothing is kept, unless the connection was lost while it answered.
    pub async fn commit(mut self) -> Result<()> {
        if let Some(conn) = &mut self.conn {
            conn.batch("COMMIT").await?;
        }
        self.conn = None;
        for action in self.afterwards.drain(..) {
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
        if let Some(conn) = &mut self.conn {
            conn.batch("ROLLBACK").await?;
        }
        self.conn = None;
        Ok(())
    }

    /// Undoes the changes because of `error`, and returns it.
    pub async fn abandon<E: From<Error>>(self, error: E) -> E {
        match self.rollback().await {
            Ok(()) => error,
            Err(failed) => failed.into(),
        }
    }
}

#[expect(
    clippy::expect_used,
    reason = "only commit, rollback and drop take the connection out, and all of them consume the transaction"
)]
impl Deref for Tx {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        self.conn.as_ref().expect("the transaction is open")
    }
}

#[expect(
    clippy::expect_used,
    reason = "only commit, rollback and drop take the connection out, and all of them consume the transaction"
)]
impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        self.conn.as_mut().expect("the transaction is open")
    }
}

impl Drop for Tx {
    /// Closes the connection of an abandoned transaction instead of pooling it.
    ///
    /// The pool looks at a connection only when it next hands it out. Until then a dropped transaction would keep its
    /// locks; on SQLite that is the write lock.
    fn drop(&mut self) {
        if let Some(conn) = self.conn.take() {
            conn.close();
        }
    }
}
