//! The worker: claims jobs, runs them and records the outcome.

mod heartbeat;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use loggia_db::Db;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, timeout};

use crate::{ClaimedJob, Error, FailureOutcome, Handler, JobError, JobId, Queue, Result};
use heartbeat::Heartbeat;

/// Lease duration without a heartbeat. Jobs of a dead process are claimed again after this time.
const LEASE: Duration = Duration::from_secs(60);
/// Interval at which the queue is polled for delayed jobs and jobs of other processes.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// Time that running jobs get to finish during shutdown.
const GRACE: Duration = Duration::from_secs(20);
/// Attempts to record the outcome of a job before it is left to the next worker.
const MAX_RECORD_ATTEMPTS: usize = 20;
/// Delay between two such attempts.
const RECORD_RETRY_DELAY: Duration = Duration::from_secs(1);

/// A worker for the jobs of the kinds that it has handlers for. Cheap to clone.
#[derive(Clone)]
pub struct Worker {
    db: Db,
    queue: Queue,
    handlers: Arc<HashMap<&'static str, Arc<dyn Handler>>>,
    concurrency: usize,
    lease: Duration,
    poll: Duration,
    grace: Duration,
    running: Arc<Mutex<HashMap<JobId, ClaimedJob>>>,
}

impl Worker {
    /// Creates a worker on this database that runs up to `concurrency` jobs at once, at least one.
    pub fn new(db: Db, queue: Queue, handlers: Vec<Arc<dyn Handler>>, concurrency: usize) -> Self {
        let handlers = handlers.into_iter().map(|handler| (handler.kind(), handler)).collect();
        Self {
            db,
            queue,
            handlers: Arc::new(handlers),
            concurrency: concurrency.clamp(1, Semaphore::MAX_PERMITS),
            lease: LEASE,
            poll: POLL_INTERVAL,
            grace: GRACE,
            running: Arc::default(),
        }
    }

    /// Sets the lease duration. The default is 60 seconds.
    #[must_use]
    pub fn with_lease(self, lease: Duration) -> Self {
        Self { lease, ..self }
    }

    /// Sets the polling interval. The default is one second.
    #[must_use]
    pub fn with_poll_interval(self, poll: Duration) -> Self {
        Self { poll, ..self }
    }

    /// Sets the time that running jobs get to finish during shutdown. The default is 20 seconds.
    #[must_use]
    pub fn with_grace(self, grace: Duration) -> Self {
        Self { grace, ..self }
    }

    /// Runs jobs until `shutdown` is ready. Then it stops claiming, waits for running jobs, and releases the leases of
    /// jobs that do not finish in time. Database errors are logged and do not stop the worker.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        let slots = Arc::new(Semaphore::new(self.concurrency));
        let mut shutdown = std::pin::pin!(shutdown);
        let mut is_failing = false;
        loop {
            // Shutdown interrupts only the waiting, never a running database statement.
            let slot = tokio::select! {
                biased;
                () = &mut shutdown => break,
                slot = Arc::clone(&slots).acquire_owned() => slot,
            };
            let claimed = self.claim().await;
            match &claimed {
                Ok(_) => is_failing = false,
                Err(error) if !is_failing => {
                    tracing::error!(%error, "no jobs can be claimed at present");
                    is_failing = true;
                }
                Err(_) => {}
            }
            if let Ok(Some(claimed)) = claimed {
                let worker = self.clone();
                tokio::spawn(async move {
                    worker.process(claimed).await;
                    drop(slot);
                });
                continue;
            }
            drop(slot);
            tokio::select! {
                biased;
                () = &mut shutdown => break,
                () = self.queue.notified() => {}
                () = sleep(self.poll) => {}
            }
        }
        self.shut_down(&slots).await;
    }

    /// Runs all due jobs one after another and returns the number of attempts. For tests, and for callers that need an
    /// empty queue.
    ///
    /// # Errors
    /// [`Error::Store`] if the database fails.
    pub async fn drain(&self) -> Result<usize> {
        let mut attempts = 0;
        while let Some(claimed) = self.claim().await? {
            self.process(claimed).await;
            attempts += 1;
        }
        Ok(attempts)
    }

    async fn claim(&self) -> Result<Option<ClaimedJob>> {
        let kinds: Vec<&str> = self.handlers.keys().copied().collect();
        let work = &mut self.db.work();
        self.queue.claim(work, &kinds, self.lease).await
    }

    async fn process(&self, claimed: ClaimedJob) {
        let Some(handler) = self.handlers.get(claimed.kind.as_str()) else {
            return;
        };
        self.running().insert(claimed.id, claimed.clone());
        let began = Instant::now();
        let retry_policy = handler.retry_policy();
        if claimed.attempt > retry_policy.max_attempts {
            // Earlier attempts ended with their processes, possibly because of the job.
            let outcome = Err(JobError::permanent("every attempt was cut short"));
            self.record_outcome(handler.as_ref(), &claimed, &outcome, began).await;
        } else {
            let heartbeat = Heartbeat::start(&self.db, &self.queue, &claimed, self.lease);
            let outcome = attempt(Arc::clone(handler), &claimed).await;
            self.record_outcome(handler.as_ref(), &claimed, &outcome, began).await;
            heartbeat.stop().await;
        }
        self.running().remove(&claimed.id);
    }

    /// Records the outcome of a job and retries while the database fails, because the job would otherwise run twice.
    async fn record_outcome(
        &self,
        handler: &dyn Handler,
        claimed: &ClaimedJob,
        outcome: &std::result::Result<(), JobError>,
        began: Instant,
    ) {
        let mut recorded = self.try_record_outcome(handler, claimed, outcome).await;
        for _ in 1..MAX_RECORD_ATTEMPTS {
            if !matches!(recorded, Err(Error::Store(_))) {
                break;
            }
            sleep(RECORD_RETRY_DELAY).await;
            recorded = self.try_record_outcome(handler, claimed, outcome).await;
        }
        let job = claimed.id.get();
        let ClaimedJob { kind, attempt, .. } = claimed;
        let seconds = began.elapsed().as_secs_f64();
        let cause = outcome.as_ref().err().map(JobError::chain);
        match recorded {
            Ok(None) => tracing::info!(job, kind, attempt, seconds, "job done"),
            Ok(Some(FailureOutcome::Retry { at })) => {
                let retry_at = at.to_utc();
                tracing::warn!(job, kind, attempt, seconds, cause, %retry_at, "job failed");
            }
            Ok(Some(FailureOutcome::Dead)) => {
                tracing::error!(job, kind, attempt, seconds, cause, "job dead-lettered");
            }
            Err(error) => {
                tracing::error!(job, kind, attempt, seconds, cause, %error, "the outcome of the job could not be recorded");
            }
        }
    }

    async fn try_record_outcome(
        &self,
        handler: &dyn Handler,
        claimed: &ClaimedJob,
        outcome: &std::result::Result<(), JobError>,
    ) -> Result<Option<FailureOutcome>> {
        let work = &mut self.db.work();
        match outcome {
            Ok(()) => self.queue.finish(work, claimed).await.map(|()| None),
            Err(error @ JobError::Retry(_)) => {
                let retry_policy = handler.retry_policy();
                let outcome = self.queue.fail(work, claimed, &retry_policy, &error.chain()).await?;
                Ok(Some(outcome))
            }
            Err(error @ JobError::Permanent(_)) => {
                let cause = error.chain();
                self.queue.dead_letter(work, claimed, &cause).await?;
                Ok(Some(FailureOutcome::Dead))
            }
        }
    }

    async fn shut_down(&self, slots: &Semaphore) {
        let all = u32::try_from(self.concurrency).unwrap_or(u32::MAX);
        if let Ok(Ok(_)) = timeout(self.grace, slots.acquire_many(all)).await {
            return;
        }
        let late: Vec<ClaimedJob> = self.running().drain().map(|(_, claimed)| claimed).collect();
        for claimed in late {
            let job = claimed.id.get();
            match self.queue.release(&mut self.db.work(), &claimed).await {
                Ok(()) => tracing::warn!(job, kind = claimed.kind, "job released at shutdown"),
                // The job finished while other leases were being released.
                Err(Error::LeaseLost) => {}
                Err(error) => {
                    tracing::error!(job, kind = claimed.kind, %error, "job not released; its lease will expire");
                }
            }
        }
    }

    fn running(&self) -> std::sync::MutexGuard<'_, HashMap<JobId, ClaimedJob>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs one job in its own task, so that a panic does not stop the worker.
async fn attempt(
    handler: Arc<dyn Handler>,
    claimed: &ClaimedJob,
) -> std::result::Result<(), JobError> {
    let payload = claimed.payload.clone();
    let number = claimed.attempt;
    let task = tokio::spawn(async move { handler.run(payload, number).await });
    match task.await {
        Ok(outcome) => outcome,
        // A panic message may contain the payload. The panic hook has logged the location.
        Err(stopped) if stopped.is_panic() => Err(JobError::retry("the handler panicked")),
        Err(_) => Err(JobError::retry("the handler was stopped")),
    }
}

#[cfg(test)]
mod tests;
