//! The queue: enqueues, leases and finishes jobs.

use std::sync::Arc;
use std::time::Duration;

use loggia_db::Work;
use loggia_kernel::{Clock, Page, PageRequest, Timestamp};
use serde::Serialize;
use tokio::sync::Notify;
use uuid::Uuid;

use crate::model::NewJob;
use crate::{ClaimedJob, DeadJob, Error, JobId, Result, RetryPolicy, store};

/// Maximum length of the error stored with a job, in characters.
const MAX_ERROR_CHARS: usize = 1000;

/// Maximum dead jobs requeued in one transaction, so that no transaction holds the write lock for long.
const REQUEUE_BATCH: i64 = 500;

/// The queue of durable jobs in the project's database. Cheap to clone; clones wake each other's workers.
///
/// Every method works in the caller's unit of work. Only [`Queue::enqueue`] belongs in the transaction of a change; the
/// others are for workers and operators.
#[derive(Clone)]
pub struct Queue {
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
    /// Creates a queue. The migrations must have run on the database of every unit of work.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, wake: Arc::default() }
    }

    /// Enqueues a job in the caller's transaction (transactional outbox), and wakes a worker after the commit.
    ///
    /// Shape: `payload` must not contain a NUL character.
    ///
    /// # Errors
    /// [`Error::Payload`] if `payload` cannot be serialized as JSON, [`Error::Store`] if the database fails.
    pub async fn enqueue(
        &self,
        work: &mut Work,
        kind: &str,
        payload: &(impl Serialize + Sync),
    ) -> Result<JobId> {
        self.enqueue_at(work, kind, payload, self.clock.now()).await
    }

    /// Enqueues a job that runs at `at` or later.
    ///
    /// # Errors
    /// As [`Queue::enqueue`].
    pub async fn enqueue_at(
        &self,
        work: &mut Work,
        kind: &str,
        payload: &(impl Serialize + Sync),
        at: Timestamp,
    ) -> Result<JobId> {
        let now = self.clock.now();
        let payload = serde_json::to_value(payload).map_err(Error::Payload)?;
        let new = NewJob { kind, payload, run_at: at, created_at: now, updated_at: now };
        let id = store::insert(work, &new).await?;
        self.wake_after_commit(work);
        Ok(id)
    }

    /// Leases the longest-due job of these kinds, if any. No other worker gets it before `lease` has passed.
    ///
    /// # Errors
    /// [`Error::Store`] if the database fails.
    pub async fn claim(
        &self,
        work: &mut Work,
        kinds: &[&str],
        lease: Duration,
    ) -> Result<Option<ClaimedJob>> {
        let now = self.clock.now();
        // Most polls find nothing, and a read takes no lock.
        if !store::is_any_due(work, kinds, now).await? {
            return Ok(None);
        }
        work.transaction(async |work| claim(work, kinds, now, now.plus(lease)).await).await
    }

    /// Extends a lease to `lease` from now.
    ///
    /// # Errors
    /// [`Error::LeaseLost`] if the lease is no longer held, [`Error::Store`] if the database fails. The same applies to
    /// all methods that take a claim.
    pub async fn heartbeat(
        &self,
        work: &mut Work,
        claimed: &ClaimedJob,
        lease: Duration,
    ) -> Result<()> {
        let now = self.clock.now();
        require_lease(store::extend(work, claimed, now, now.plus(lease)).await?)
    }

    /// Deletes a job that succeeded.
    ///
    /// # Errors
    /// As [`Queue::heartbeat`].
    pub async fn finish(&self, work: &mut Work, claimed: &ClaimedJob) -> Result<()> {
        require_lease(store::delete(work, claimed).await?)
    }

    /// Records a failed attempt with its `cause`. `retry_policy` decides whether the job is retried or dead-lettered.
    ///
    /// # Errors
    /// As [`Queue::heartbeat`].
    pub async fn fail(
        &self,
        work: &mut Work,
        claimed: &ClaimedJob,
        retry_policy: &RetryPolicy,
        cause: &str,
    ) -> Result<FailureOutcome> {
        if claimed.attempt >= retry_policy.max_attempts {
            self.dead_letter(work, claimed, cause).await?;
            return Ok(FailureOutcome::Dead);
        }
        let now = self.clock.now();
        let at = now.plus(retry_policy.jittered_backoff(claimed.attempt));
        let cause = truncated(cause);
        require_lease(store::postpone(work, claimed, now, at, &cause).await?)?;
        Ok(FailureOutcome::Retry { at })
    }

    /// Dead-letters a job because of `cause`.
    ///
    /// # Errors
    /// As [`Queue::heartbeat`].
    pub async fn dead_letter(
        &self,
        work: &mut Work,
        claimed: &ClaimedJob,
        cause: &str,
    ) -> Result<()> {
        let cause = truncated(cause);
        require_lease(store::dead_letter(work, claimed, self.clock.now(), &cause).await?)
    }

    /// Releases a job without counting the attempt. The job is due at once.
    ///
    /// # Errors
    /// As [`Queue::heartbeat`].
    pub async fn release(&self, work: &mut Work, claimed: &ClaimedJob) -> Result<()> {
        require_lease(store::release(work, claimed, self.clock.now()).await?)?;
        self.wake_after_commit(work);
        Ok(())
    }

    /// Lists dead jobs, the most recent first.
    ///
    /// # Errors
    /// [`Error::Store`] if the database fails.
    pub async fn list_dead(&self, work: &mut Work, page: PageRequest) -> Result<Page<DeadJob>> {
        Ok(store::dead(work, page).await?)
    }

    /// Requeues a dead job with as many attempts as a new one.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the dead job does not exist, [`Error::Store`] if the database fails.
    pub async fn requeue(&self, work: &mut Work, id: JobId) -> Result<()> {
        if !store::requeue(work, id, self.clock.now()).await? {
            return Err(Error::NotFound);
        }
        self.wake_after_commit(work);
        Ok(())
    }

    /// Requeues all jobs that are dead at the time of the call. Returns their number.
    ///
    /// Call it outside a transaction: it commits after each batch.
    ///
    /// # Errors
    /// [`Error::Store`] if the database fails; some jobs may be requeued by then.
    pub async fn requeue_all(&self, work: &mut Work) -> Result<u64> {
        let now = self.clock.now();
        let mut requeued = 0;
        loop {
            let batch = work
                .transaction(async |work| store::requeue_batch(work, now, now, REQUEUE_BATCH).await)
                .await?;
            if batch == 0 {
                return Ok(requeued);
            }
            requeued += u64::try_from(batch).unwrap_or_default();
            self.wake_after_commit(work);
        }
    }

    /// Returns the number of jobs that are waiting, delayed or running.
    ///
    /// # Errors
    /// [`Error::Store`] if the database fails.
    pub async fn pending(&self, work: &mut Work) -> Result<u64> {
        Ok(store::pending(work).await?)
    }

    fn wake_after_commit(&self, work: &mut Work) {
        let wake = Arc::clone(&self.wake);
        work.after_commit(move || wake.notify_one());
    }

    /// Waits until a new job may be claimable. Notices changes by this process only.
    pub(crate) async fn notified(&self) {
        self.wake.notified().await;
    }
}

async fn claim(
    work: &mut Work,
    kinds: &[&str],
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<ClaimedJob>> {
    let Some(id) = store::lock_due(work, kinds, now).await? else {
        return Ok(None);
    };
    let token = Uuid::new_v4().simple().to_string();
    let leased = store::lease(work, id, &token, now, until).await?;
    Ok(Some(ClaimedJob {
        id: leased.id,
        kind: leased.kind,
        payload: leased.payload,
        attempt: u32::try_from(leased.attempts).unwrap_or_default(),
        token,
    }))
}

fn require_lease(changed: bool) -> Result<()> {
    if changed { Ok(()) } else { Err(Error::LeaseLost) }
}

/// Truncates an error to the stored length and removes NUL, which PostgreSQL rejects in a text.
fn truncated(cause: &str) -> String {
    cause.chars().filter(|character| *character != '\0').take(MAX_ERROR_CHARS).collect()
}

#[cfg(test)]
mod tests;
