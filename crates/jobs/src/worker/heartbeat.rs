//! Extends a lease while its job runs.

use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::{ClaimedJob, Error, Queue};

/// A task that extends a lease until it is stopped or dropped.
pub(super) struct Heartbeat {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Heartbeat {
    pub(super) fn start(queue: Queue, claimed: ClaimedJob, lease: Duration) -> Self {
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(beat(queue, claimed, lease, stopped));
        Self { stop, task }
    }

    /// Stops the task after its current statement, because interrupting a statement costs its connection.
    pub(super) async fn stop(self) {
        drop(self.stop);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "a heartbeat did not end well");
        }
    }
}

async fn beat(queue: Queue, claimed: ClaimedJob, lease: Duration, mut stop: oneshot::Receiver<()>) {
    loop {
        tokio::select! {
            biased;
            _ = &mut stop => return,
            () = tokio::time::sleep(lease / 3) => {}
        }
        match queue.heartbeat(&claimed, lease).await {
            Ok(()) => {}
            Err(Error::LeaseLost) => {
                tracing::warn!(job = %claimed.id, kind = claimed.kind, "the job's lease is lost while it runs");
                return;
            }
            // Not fatal, because the lease allows two more heartbeats.
            Err(error) => {
                tracing::warn!(job = %claimed.id, kind = claimed.kind, %error, "the job's lease could not be renewed");
            }
        }
    }
}
