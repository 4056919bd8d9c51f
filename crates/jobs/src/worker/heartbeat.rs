//! Extends a lease while its job runs.

use std::time::Duration;

use loggia_db::Db;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::{ClaimedJob, Error, Queue};

/// A task that extends a lease until it is stopped or dropped.
pub(super) struct Heartbeat {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Heartbeat {
    /// Extends the lease of a job by `lease` at every third of that time.
    pub(super) fn start(db: &Db, queue: &Queue, claimed: &ClaimedJob, lease: Duration) -> Self {
        let (stop, stopped) = oneshot::channel();
        let pulse = Pulse { db: db.clone(), queue: queue.clone(), claimed: claimed.clone(), lease };
        Self { stop, task: tokio::spawn(pulse.run(stopped)) }
    }

    /// Stops the task after its current statement, because interrupting a statement costs its connection.
    pub(super) async fn stop(self) {
        drop(self.stop);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "a heartbeat did not end well");
        }
    }
}

/// The parameters of the task.
struct Pulse {
    db: Db,
    queue: Queue,
    claimed: ClaimedJob,
    lease: Duration,
}

impl Pulse {
    async fn run(self, mut stop: oneshot::Receiver<()>) {
        let (job, kind) = (self.claimed.id, &self.claimed.kind);
        loop {
            tokio::select! {
                biased;
                _ = &mut stop => return,
                () = tokio::time::sleep(self.lease / 3) => {}
            }
            let work = &mut self.db.work();
            match self.queue.heartbeat(work, &self.claimed, self.lease).await {
                Ok(()) => {}
                Err(Error::LeaseLost) => {
                    tracing::warn!(%job, kind, "the job's lease is lost while it runs");
                    return;
                }
                // Not fatal, because the lease allows two more heartbeats.
                Err(error) => {
                    tracing::warn!(%job, kind, %error, "the job's lease could not be renewed");
                }
            }
        }
    }
}
