//! The queue: jobs in, leases out.

use std::sync::Arc;
use std::time::Duration;

use loggia_db::{Conn, Db, Tx};
use loggia_kernel::{Clock, Page, PageRequest, Timestamp};
use serde::Serialize;
use tokio::sync::Notify;
use uuid::Uuid;

use crate::model::NewJob;
use crate::{ClaimedJob, DeadJob, Error, JobId, Result, RetryPolicy, store};

/// How much of an error is kept with a job, in characters.
const MAX_ERROR_CHARS: usize = 1000;

/// How many dead jobs are revived in one transaction: so that none holds the write lock for long.
const REQUEUE_BATCH: i64 = 500;

/// The queue of durable work in the project's database. Cheap to clone; clones wake each other's workers.
#[derive(Clone)]
pub struct Queue {
    db: Db,
    clock: Arc<dyn Clock>,
    wake: Arc<Notify>,
}

/// What became of a job that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureOutcome {
    /// It will be tried again.
    Retry {
        /// Not before this moment.
        at: Timestamp,
    },
    /// It is given up, until an operator says otherwise.
    Dead,
}

impl Queue {
    /// The queue in `db`, on whose schema the migrations have run.
    pub fn new(db: Db, clock: Arc<dyn Clock>) -> Self {
        Self {
            db,
            clock,
            wake: Arc::default(),
        }
    }

    /// Asks for a job, which exists if and only if `tx` is committed, and then wakes a worker.
    ///
    /// Shape: `payload` as JSON holds no NUL character.
    ///
    /// # Errors
    /// [`Error::Payload`] if `payload` cannot be written as JSON, [`Error::Store`] if the database fails.
    pub async fn enqueue(
        &self,
        tx: &mut Tx,
        kind: &str,
        payload: &(impl Serialize + Sync),
    ) -> Result<JobId> {
        self.enqueue_at(tx, kind, payload, self.clock.now()).await
    }

    /// The same, to be done not before `at`.
    ///
    /// # Errors
    /// As [`Queue::enqueue`].
    pub async fn enqueue_at(
        &self,
        tx: &mut Tx,
        kind: &str,
        payload: &(impl Serialize + Sync),
        at: Timestamp,
    ) -> Result<JobId> {
        let now = self.clock.now();
        let payload = serde_json::to_value(payload).map_err(Error::Payload)?;
        let new = NewJob {
            kind,
            payload,
            run_at: at,
            created_at: now,
            updated_at: now,
        };
        let id = store::insert(tx, &new).await?;
        let wake = Arc::clone(&self.wake);
        tx.on_commit(move || wake.notify_one());
        Ok(id)
    }

    /// Leases the job of one of these kinds that is due longest, if there is one: nobody else gets it for `lease`.
    ///
    /// # Errors
    /// [`Error::Store`] if the database fails.
    pub async fn claim(&self, kinds: &[&str], lease: Duration) -> Result<Option<ClaimedJob>> {
        let now = self.clock.now();
        let mut conn = self.db.read().await?;
        let is_any_due = store::is_any_due(&mut conn, kinds, now).await?;
        // Given back before the writer is asked for: nobody holds one connection while waiting for another.
        drop(conn);
        if !is_any_due {
            return Ok(None);
        }

        let mut tx = self.db.begin().await?;
        match claim(&mut tx, kinds, now, now.plus(lease)).await {
            Ok(Some(claimed)) => {
                tx.commit().await?;
                Ok(Some(claimed))
            }
            Ok(None) => {
                tx.rollback().await?;
                Ok(None)
            }
            Err(error) => Err(tx.abandon(error).await),
        }
    }

    /// Makes a lease last `lease` from now.
    ///
    /// # Errors
    /// [`Error::LeaseLost`] if it is no longer held, [`Error::Store`] if the database fails; so for all that take a claim.
    pub async fn heartbeat(&self, claimed: &ClaimedJob, lease: Duration) -> Result<()> {
        let now = self.clock.now();
        let mut conn = self.db.write().await?;
        require_lease(store::extend(&mut conn, claimed, now, now.plus(lease)).await?)
    }

    /// Ends a job that is done: it is deleted.
    ///
    /// # Errors
    /// As [`Queue::heartbeat`].
    pub async fn finish(&self, claimed: &ClaimedJob) -> Result<()> {
        let mut conn = self.db.write().await?;
        require_lease(store::delete(&mut conn, claimed).await?)
    }

    /// Ends an attempt that failed because of `cause`: the job rests and is tried again, or is given up, by `retry_policy`.
    ///
    /// # Errors
    /// As [`Queue::heartbeat`].
    pub async fn fail(
        &self,
        claimed: &ClaimedJob,
        retry_policy: &RetryPolicy,
        cause: &str,
    ) -> Result<FailureOutcome> {
        if claimed.attempt >= retry_policy.max_attempts {
            self.dead_letter(claimed, cause).await?;
            return Ok(FailureOutcome::Dead);
        }
        let now = self.clock.now();
        let at = now.plus(retry_policy.jittered_backoff(claimed.attempt));
        let cause = truncated(cause);
        let mut conn = self.db.write().await?;
        require_lease(store::postpone(&mut conn, claimed, now, at, &cause).await?)?;
        Ok(FailureOutcome::Retry { at })
    }

    /// Gives a job up because of `cause`.
    ///
    /// # Errors
    /// As [`Queue::heartbeat`].
    pub async fn dead_letter(&self, claimed: &ClaimedJob, cause: &str) -> Result<()> {
        let cause = truncated(cause);
        let mut conn = self.db.write().await?;
        require_lease(store::dead_letter(&mut conn, claimed, self.clock.now(), &cause).await?)
    }

    /// Hands a job back untried: it is due at once, and the attempt does not count.
    ///
    /// # Errors
    /// As [`Queue::heartbeat`].
    pub async fn release(&self, claimed: &ClaimedJob) -> Result<()> {
        let mut conn = self.db.write().await?;
        require_lease(store::release(&mut conn, claimed, self.clock.now()).await?)?;
        self.wake.notify_one();
        Ok(())
    }

    /// The jobs that were given up, the last first.
    ///
    /// # Errors
    /// [`Error::Store`] if the database fails.
    pub async fn list_dead(&self, page: PageRequest) -> Result<Page<DeadJob>> {
        let mut conn = self.db.read().await?;
        Ok(store::dead(&mut conn, page).await?)
    }

    /// Has a job that was given up tried again, with as many attempts as a new one.
    ///
    /// # Errors
    /// [`Error::NotFound`] if no such job was given up, [`Error::Store`] if the database fails.
    pub async fn requeue(&self, id: JobId) -> Result<()> {
        let mut conn = self.db.write().await?;
        if !store::requeue(&mut conn, id, self.clock.now()).await? {
            return Err(Error::NotFound);
        }
        self.wake.notify_one();
        Ok(())
    }

    /// The same for all that were given up so far. Returns how many they were.
    ///
    /// # Errors
    /// [`Error::Store`] if the database fails; some may be queued by then, and the others are as they were.
    pub async fn requeue_all(&self) -> Result<u64> {
        let now = self.clock.now();
        let mut requeued = 0;
        loop {
            let mut tx = self.db.begin().await?;
            let moved = match store::requeue_batch(&mut tx, now, now, REQUEUE_BATCH).await {
                Ok(moved) => moved,
                Err(error) => return Err(tx.abandon(error.into()).await),
            };
            tx.commit().await?;
            if moved == 0 {
                return Ok(requeued);
            }
            requeued += u64::try_from(moved).unwrap_or_default();
            self.wake.notify_one();
        }
    }

    /// How many jobs wait, rest or run.
    ///
    /// # Errors
    /// [`Error::Store`] if the database fails.
    pub async fn pending(&self) -> Result<u64> {
        let mut conn = self.db.read().await?;
        Ok(store::pending(&mut conn).await?)
    }

    /// Returns once there may be something new to claim. Only this process's doings are noticed.
    pub(crate) async fn notified(&self) {
        self.wake.notified().await;
    }
}

async fn claim(
    conn: &mut Conn,
    kinds: &[&str],
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<ClaimedJob>> {
    let Some(id) = store::lock_due(conn, kinds, now).await? else {
        return Ok(None);
    };
    let token = Uuid::new_v4().simple().to_string();
    let leased = store::lease(conn, id, &token, now, until).await?;
    Ok(Some(ClaimedJob {
        id: leased.id,
        kind: leased.kind,
        payload: leased.payload,
        attempt: u32::try_from(leased.attempts).unwrap_or_default(),
        token,
    }))
}

fn require_lease(changed: bool) -> Result<()> {
    if changed {
        Ok(())
    } else {
        Err(Error::LeaseLost)
    }
}

/// Cuts an error to what is kept. PostgreSQL takes no NUL in a text.
fn truncated(cause: &str) -> String {
    cause
        .chars()
        .filter(|character| *character != '\0')
        .take(MAX_ERROR_CHARS)
        .collect()
}

#[cfg(test)]
mod tests;
