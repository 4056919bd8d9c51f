//! A connection on loan.

use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
};

use crate::{Conn, Result, joint::Joint};

/// A connection on loan; dereferences to [`Conn`]. Dropped, it goes back where it came from: to its pool, or to the
/// transaction of [`Db::atomically`](crate::Db::atomically) that it is part of.
pub struct Lease {
    // Present until it is given back.
    conn: Option<Conn>,
    // The transaction that it is part of. Without one it belongs to a pool.
    joint: Option<Arc<Joint>>,
    end: End,
}

/// What becomes of the connection when the lease is dropped.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// It is given back.
    Return,
    /// It is given back to its transaction with a savepoint that is still to be settled.
    ReturnUnsettled,
    /// It is closed: somebody stopped in the middle of what nobody could go on with.
    Close,
}

impl Lease {
    pub(crate) fn pooled(conn: Conn) -> Self {
        Self {
            conn: Some(conn),
            joint: None,
            end: End::Return,
        }
    }

    pub(crate) fn joined(conn: Conn, joint: Arc<Joint>) -> Self {
        Self {
            conn: Some(conn),
            joint: Some(joint),
            end: End::Return,
        }
    }

    /// The transaction that it is part of.
    pub(crate) fn joint(&self) -> Option<&Joint> {
        self.joint.as_deref()
    }

    /// Says what becomes of the connection.
    pub(crate) fn ends(&mut self, end: End) {
        self.end = end;
    }

    /// Sends statements which nobody may be able to go on after, should he give up waiting for them or should they
    /// fail: the connection is closed then. Otherwise it ends as `end` says.
    pub(crate) async fn batch_or_close(&mut self, sql: &str, end: End) -> Result<()> {
        self.end = End::Close;
        self.batch(sql).await?;
        self.end = end;
        Ok(())
    }

    /// The connection itself, which is then the caller's to look after.
    pub(crate) fn into_conn(mut self) -> Option<Conn> {
        self.conn.take()
    }
}

#[expect(
    clippy::expect_used,
    reason = "only drop and what consumes the lease take the connection out"
)]
impl Deref for Lease {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        self.conn.as_ref().expect("the lease holds its connection")
    }
}

#[expect(
    clippy::expect_used,
    reason = "only drop and what consumes the lease take the connection out"
)]
impl DerefMut for Lease {
    fn deref_mut(&mut self) -> &mut Conn {
        self.conn.as_mut().expect("the lease holds its connection")
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(conn) = self.conn.take() else {
            return;
        };
        match (&self.joint, self.end) {
            (Some(joint), End::Close) => {
                joint.give_up();
                conn.close();
            }
            (Some(joint), end) => joint.put_back(conn, end == End::ReturnUnsettled),
            // The pool looks at a connection only when it next hands it out. Until then one that is left in the middle
            // of a transaction would keep its locks; on SQLite that is the write lock.
            (None, End::Close) => conn.close(),
            (None, End::Return | End::ReturnUnsettled) => drop(conn),
        }
    }
}
