//! The queue: enqueues, leases and finishes jobs.

use std::sync::Arc;
use std::time::Duration;

use loggia_db::{Conn, Db, Tx};
use loggia_kernel::{Clock, Page, PageRequest, Timestamp};
use serde::Serialize;
use tokio::sync::Notify;
use uuid::Uuid;

use crate::model::NewJob;
use crate::{ClaimedJob, DeadJob, Error, JobId, Result, RetryPolicy, store};

/// Maximum length of the error stored with a job, in characters.
const MAX_ERROR_CHARS: usize = 1000;

/// Maximum dead jobs revived in one transaction, so that no transaction holds the write lock for long.
const REQUEUE_BATCH: i64 = 500;

/// The queue of durable jobs in the project's database. Cheap to clone; clones wake each other's workers.
#[derive(Clone)]
pub struct Queue {
    db: Db,
    clock: Arc<dyn Clock>,
    wake: Arc<Notify>,
}

/// The next step for a failed job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureOutcome {
    /// The job will be retried.
    Retry {
        /// The earliest time of the retry.
        at: Timestamp,
    },
    /// The job is dead-lettered until an operator requeues it.
    Dead,
}

impl Queue {
    /// Creates a queue on `db`. The migrations must have run.
    pub fn new(db: Db, clock: Arc<dyn Clock>) -> Self {
        Self {
            db,
            clock,
            wake: Arc::default(),
        }
    }

    /// Enqueues a job as part of `tx` (transactional outbox), and wakes a worker after the commit.
    ///
    /// Shape: `payload` must not contain a NUL character.
    ///
    /// # Errors
    /// [`Error::Payload`] if `payload` cannot be serialized as JSON, [`Error::Store`] if the database fails.
    pub async fn enqueue(
        &self,
        tx: &mut Tx,
        kind: &str,
        payload: &(impl Serialize + Sync),
    ) -> Result<JobId> {
        self.enqueue_at(tx, kind, payload, self.clock.now()).await
    }

    /// Enqueues a job that runs at `at` or later.
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

    /// Leases the longest-due job of these kinds, if any. No other worker gets it before `lease` has passed.
    ///
    /// # Errors
    /// [`Error::Store`] if the database fails.
    pub async fn claim(&self, kinds: &[&str], lease: Duration) -> Result<Option<ClaimedJob>> {
        let now = self.clock.now();
        let mut conn = self.db.read().await?;
        let is_any_due = store::is_any_due(&mut conn, kinds, now).await?;
        // Return the connection before requesting the writer: never hold one connection while waiting for another.
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

    /// Extends a lease to `lease` from now.
    ///
    /// # Errors
    /// [`Error::LeaseLost`] if the lease is no longer held, [`Error::Store`] if the database fails. The same applies to
    /// all methods that take a claim.
    pub async fn heartbeat(&self, claimed: &ClaimedJob, lease: Duration) -> Result<()> {
        let now = self.clock.now();
        let mut conn = self.db.write().await?;
        require_lease(store::extend(&mut conn, claimed, now, now.plus(lease)).await?)
    }

    /// Deletes a job that succeeded.
    ///
    /// # Errors
    /// As [`Queue::heartbeat`].
    pub async fn finish(&self, claimed: &ClaimedJob) -> Result<()> {
        let mut conn = self.db.write().await?;
        require_lease(store::delete(&mut conn, claimed).await?)
    }

    /// Records a failed attempt with its `cause`. `retry_policy` decides whether the job is retried or dead-lettered.
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

    /// Dead-letters a job because of `cause`.
    ///
    /// # Errors
    /// As [`Queue::heartbeat`].
    pub async fn dead_letter(&self, claimed: &ClaimedJob, cause: &str) -> Result<()> {
        let cause = truncated(cause);
        let mut conn = self.db.write().await?;
        require_lease(store::dead_letter(&mut conn, claimed, self.clock.now(), &cause).await?)
    }

    /// Releases a job without counting the attempt. The job is due at once.
    ///
    /// # Errors
    /// As [`Queue::heartbeat`].
    pub async fn release(&self, claimed: &ClaimedJob) -> Result<()> {
        let mut conn = self.db.write().await?;
        require_lease(store::release(&mut conn, claimed, self.clock.now()).await?)?;
        self.wake.notify_one();
        Ok(())
    }

    /// Lists dead jobs, the most recent first.
    ///
    /// # Errors
    /// [`Error::Store`] if the database fails.
    pub async fn list_dead(&self, page: PageRequest) -> Result<Page<DeadJob>> {
        let mut conn = self.db.read().await?;
        Ok(store::dead(&mut conn, page).await?)
    }

    /// Requeues a dead job with as many attempts as a new one.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the dead job does not exist, [`Error::Store`] if the database fails.
    pub async fn requeue(&self, id: JobId) -> Result<()> {
        let mut conn = self.db.write().await?;
        if !store::requeue(&mut conn, id, self.clock.now()).await? {
            return Err(Error::NotFound);
        }
        self.wake.notify_one();
        Ok(())
    }

    /// Requeues all jobs that are dead at the time of the call. Returns their number.
    ///
    /// # Errors
    /// [`Error::Store`] if the database fails; some jobs may be requeued by then.
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

    /// Returns the number of jobs that are waiting, delayed or running.
    ///
    /// # Errors
    /// [`Error::Store`] if the database fails.
    pub async fn pending(&self) -> Result<u64> {
        let mut conn = self.db.read().await?;
        Ok(store::pending(&mut conn).await?)
    }

    /// Waits until a new job may be claimable. Notices changes by this process only.
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

/// Truncates an error to the stored length and removes NUL, which PostgreSQL rejects in a text.
fn truncated(cause: &str) -> String {
    cause
        .chars()
        .filter(|character| *character != '\0')
        .take(MAX_ERROR_CHARS)
        .collect()
}

#[cfg(test)]
mod tests;
