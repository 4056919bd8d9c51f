//! Transactions that several services share without knowing of each other.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{
    Conn, Db, Error, Lease, Result,
    lease::End,
    savepoint::{RELEASE, ROLLBACK_TO, SAVEPOINT},
    tx::Afterwards,
};

tokio::task_local! {
    /// The transactions which what runs now is part of: at most one for each database.
    static JOINTS: Vec<Arc<Joint>>;
}

/// A transaction that everybody joins who asks its database for a connection.
pub(crate) struct Joint {
    db: Db,
    seat: Mutex<Seat>,
}

/// Where the connection of a [`Joint`] is.
struct Seat {
    // Absent while somebody has it.
    conn: Option<Conn>,
    is_over: bool,
    // Whether there is a savepoint around the last statement, to be released, or rolled back to if it failed.
    is_unsettled: bool,
    afterwards: Vec<Afterwards>,
}

impl Db {
    /// Does `work` in one transaction: whatever it asks of this very database, in whichever service, joins it. It is
    /// kept if `work` returns `Ok`, and undone if it returns `Err` or is dropped in the middle.
    ///
    /// Inside, [`Db::begin`] makes a savepoint, and so does another `atomically`; actions of [`Tx::on_commit`](crate::Tx::on_commit) wait for
    /// the whole. [`Db::read`] and [`Db::scan`] see what was written before. A [`Db::write`] that is refused is undone
    /// by itself, and `work` may go on with another one. A [`Tx`](crate::Tx) that is dropped takes the whole with it: what goes on
    /// after a refusal ends its transaction by [`Tx::rollback`](crate::Tx::rollback) or [`Tx::abandon`](crate::Tx::abandon).
    ///
    /// Only the task of `work` itself joins, not what it spawns. Two connections at once there are not: whoever asks for
    /// the second while he, or a caller of his, holds the first is refused at once. As in every transaction, nobody
    /// hashes or calls a network inside.
    ///
    /// # Errors
    /// What `work` returns; as [`Db::read`]; as [`Tx::commit`](crate::Tx::commit); [`Error::Unavailable`] if `work` returns `Ok` although
    /// a transaction inside was dropped. Nothing is kept in any of these cases.
    pub fn atomically<T, E: From<Error>>(
        &self,
        work: impl Future<Output = std::result::Result<T, E>>,
    ) -> impl Future<Output = std::result::Result<T, E>> {
        // Boxed at once: each function on the way down would make the future larger by what it was handed.
        let work = Box::pin(work);
        async move {
            match Joint::of(self) {
                Some(outer) => outer.part(work).await,
                None => Joint::whole(self, work).await,
            }
        }
    }
}

impl Joint {
    /// The transaction on `db` which what runs now is part of.
    pub(crate) fn of(db: &Db) -> Option<Arc<Self>> {
        JOINTS
            .try_with(|joints| joints.iter().find(|joint| joint.db.is(db)).cloned())
            .unwrap_or_default()
    }

    async fn whole<T, E: From<Error>>(
        db: &Db,
        work: impl Future<Output = std::result::Result<T, E>>,
    ) -> std::result::Result<T, E> {
        let conn = db.begin().await?.into_lease().into_conn();
        let joint = Arc::new(Self {
            db: db.clone(),
            seat: Mutex::new(Seat {
                conn,
                is_over: false,
                is_unsettled: false,
                afterwards: Vec::new(),
            }),
        });
        let _whatever_happens = GivesUp::on(&joint);
        let mut joints = JOINTS.try_with(Clone::clone).unwrap_or_default();
        joints.push(Arc::clone(&joint));
        let outcome = JOINTS.scope(joints, work).await;
        match outcome {
            Ok(done) => {
                joint.commit().await?;
                Ok(done)
            }
            Err(refusal) => {
                // Nothing is kept in any case, and the refusal says more than that the connection is lost.
                if let Err(error) = joint.rollback().await {
                    tracing::debug!(%error, "a transaction that is undone cost its connection");
                }
                Err(refusal)
            }
        }
    }

    /// Does `work` so that it can be undone without the rest.
    pub(crate) async fn part<T, E: From<Error>>(
        self: Arc<Self>,
        work: impl Future<Output = std::result::Result<T, E>>,
    ) -> std::result::Result<T, E> {
        self.lease()
            .await?
            .batch_or_close(SAVEPOINT, End::Return)
            .await?;
        let mark = self.seat().afterwards.len();
        let mut unless_ended = GivesUp::on(&self);
        let outcome = work.await;
        let ended = self.end_part(outcome.is_ok(), mark).await;
        unless_ended.is_armed = ended.is_err();
        let done = outcome?;
        ended?;
        Ok(done)
    }

    async fn end_part(self: &Arc<Self>, is_kept: bool, mark: usize) -> Result<()> {
        let mut lease = self.lease().await?;
        if is_kept {
            return lease.batch_or_close(RELEASE, End::Return).await;
        }
        lease.batch_or_close(ROLLBACK_TO, End::Return).await?;
        self.seat().afterwards.truncate(mark);
        Ok(())
    }

    /// The connection, for one who reads, or who begins a part.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if somebody else has it, or if the transaction is over.
    pub(crate) async fn lease(self: &Arc<Self>) -> Result<Lease> {
        let (mut lease, is_unsettled) = self.take()?;
        if is_unsettled && lease.batch(RELEASE).await.is_err() {
            // The statement failed, and PostgreSQL refuses all others until it is undone.
            lease.batch_or_close(ROLLBACK_TO, End::Return).await?;
        }
        lease.ends(End::Return);
        Ok(lease)
    }

    /// The connection, for one statement, which is undone by itself if it fails.
    ///
    /// # Errors
    /// As [`Joint::lease`].
    pub(crate) async fn lease_for_statement(self: &Arc<Self>) -> Result<Lease> {
        let mut lease = self.lease().await?;
        // SQLite undoes a statement that fails, and leaves the transaction as it was.
        if matches!(*lease, Conn::Postgres(_)) {
            lease
                .batch_or_close(SAVEPOINT, End::ReturnUnsettled)
                .await?;
        }
        Ok(lease)
    }

    /// Does `actions` once all is kept.
    pub(crate) fn postpone(&self, actions: Vec<Afterwards>) {
        self.seat().afterwards.extend(actions);
    }

    pub(crate) fn put_back(&self, conn: Conn, is_unsettled: bool) {
        let mut seat = self.seat();
        if seat.is_over {
            drop(seat);
            conn.close();
        } else {
            seat.conn = Some(conn);
            seat.is_unsettled = is_unsettled;
        }
    }

    /// Sees to it that nothing is kept.
    pub(crate) fn give_up(&self) {
        let mut seat = self.seat();
        seat.is_over = true;
        seat.afterwards.clear();
        let conn = seat.conn.take();
        drop(seat);
        if let Some(conn) = conn {
            conn.close();
        }
    }

    async fn commit(self: &Arc<Self>) -> Result<()> {
        let mut lease = self.lease().await?;
        let sql = match *lease {
            // As `Tx::commit`.
            Conn::Postgres(_) => "SELECT 1; COMMIT",
            Conn::Sqlite(_) => "COMMIT",
        };
        lease.batch_or_close(sql, End::Close).await?;
        let afterwards = std::mem::take(&mut self.seat().afterwards);
        // Back to the pool, not to this transaction.
        drop(lease.into_conn());
        for action in afterwards {
            action();
        }
        Ok(())
    }

    async fn rollback(self: &Arc<Self>) -> Result<()> {
        let (mut lease, _) = self.take()?;
        lease.batch_or_close("ROLLBACK", End::Close).await?;
        drop(lease.into_conn());
        Ok(())
    }

    /// A lease that closes the connection unless it is told otherwise, and whether there is a savepoint to settle.
    fn take(self: &Arc<Self>) -> Result<(Lease, bool)> {
        let mut seat = self.seat();
        if seat.is_over {
            return Err(Error::Unavailable(
                "a part of the transaction was left unfinished".to_owned(),
            ));
        }
        let conn = seat.conn.take().ok_or_else(|| {
            Error::Unavailable("the transaction's connection is in use by itself".to_owned())
        })?;
        let mut lease = Lease::joined(conn, Arc::clone(self));
        lease.ends(End::Close);
        Ok((lease, std::mem::take(&mut seat.is_unsettled)))
    }

    /// Nothing is done under the lock that could leave a half behind.
    fn seat(&self) -> MutexGuard<'_, Seat> {
        self.seat.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends a transaction, unless it has ended, when its work is dropped in the middle.
struct GivesUp<'a> {
    joint: &'a Joint,
    is_armed: bool,
}

impl<'a> GivesUp<'a> {
    fn on(joint: &'a Joint) -> Self {
        Self {
            joint,
            is_armed: true,
        }
    }
}

impl Drop for GivesUp<'_> {
    fn drop(&mut self) {
        if self.is_armed {
            self.joint.give_up();
        }
    }
}
