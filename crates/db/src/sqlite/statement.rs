//! A statement on its way to the writer, and the deadline of whatever waits for it.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use diesel::{QueryResult, sqlite::SqliteConnection};
use tokio::{
    sync::oneshot,
    time::{Instant, timeout_at},
};

use super::unavailable::unavailable;

const TOO_LATE: &str = "others have been writing for too long";

/// The right to decide what becomes of a request: the writer takes it to run the request, the caller to give up at its
/// deadline. The first of them gets it, so "too late" is only said of what never ran.
#[derive(Clone, Default)]
pub(super) struct Claim(Arc<AtomicBool>);

impl Claim {
    /// Takes the right; false if the other side has it.
    pub(super) fn take(&self) -> bool {
        !self.0.swap(true, Ordering::AcqRel)
    }
}

/// Waits for the writer's reply, until `limit` if the writer has not begun by then. `lost` is the error if the writer
/// drops the request.
pub(super) async fn reply_until<T>(
    limit: Instant,
    claim: &Claim,
    mut reply: oneshot::Receiver<QueryResult<T>>,
    lost: &str,
) -> QueryResult<T> {
    let outcome = match timeout_at(limit, &mut reply).await {
        Ok(outcome) => outcome,
        Err(_) if claim.take() => return Err(unavailable(TOO_LATE)),
        Err(_) => reply.await,
    };
    outcome.unwrap_or_else(|_| Err(unavailable(lost)))
}

/// The error of a request that could not even be queued in time.
pub(super) fn too_late() -> diesel::result::Error {
    unavailable(TOO_LATE)
}

/// A statement that is a transaction by itself.
pub(super) trait Statement: Send {
    /// Whether the statement is to run: its caller still waits, and has not given up at its deadline.
    fn claim(&self) -> bool;

    /// Runs it and keeps the outcome; whether it succeeded. May be called again if the first run was undone.
    fn run(&mut self, connection: &mut SqliteConnection) -> bool;

    /// Sends the outcome.
    fn tell(self: Box<Self>);

    /// Sends an error instead, unless the caller has given up.
    fn refuse(self: Box<Self>, why: &str);
}

/// A statement and the way back to its caller.
pub(super) struct Queued<T, Q> {
    query: Q,
    outcome: Option<QueryResult<T>>,
    claim: Claim,
    reply: oneshot::Sender<QueryResult<T>>,
}

impl<T, Q> Queued<T, Q> {
    pub(super) fn new(query: Q, claim: Claim, reply: oneshot::Sender<QueryResult<T>>) -> Self {
        Self { query, outcome: None, claim, reply }
    }
}

impl<T, Q> Statement for Queued<T, Q>
where
    T: Send,
    Q: FnMut(&mut SqliteConnection) -> QueryResult<T> + Send,
{
    fn claim(&self) -> bool {
        !self.reply.is_closed() && self.claim.take()
    }

    fn run(&mut self, connection: &mut SqliteConnection) -> bool {
        let outcome = (self.query)(connection);
        let is_done = outcome.is_ok();
        self.outcome = Some(outcome);
        is_done
    }

    fn tell(self: Box<Self>) {
        if let Some(outcome) = self.outcome {
            // The caller may have gone.
            let _ = self.reply.send(outcome);
        }
    }

    fn refuse(self: Box<Self>, why: &str) {
        if self.claim() {
            let _ = self.reply.send(Err(unavailable(why)));
        }
    }
}
