//! SQLite's writer: a thread that owns the only connection that writes.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    thread,
    time::Duration,
};

use diesel::{ConnectionResult, QueryResult, sqlite::SqliteConnection};
use futures_util::future::BoxFuture;
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, timeout_at},
};

use super::{
    group_commit::{IdleLimits, MAX_GROUP, Message, refuse, run_some},
    loan::{Loan, Request},
    pool::{Mode, connect},
    statement::{Claim, Queued, reply_until, too_late},
    unavailable::unavailable,
};
use crate::{Error, Result, limits::POOL_WAIT};

/// How many requests may wait: some tenths of a second's work. More would only wait for their deadline.
const QUEUE: usize = 1024;

const LOST: &str = "the writer has dropped the request";

/// How long things may take.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// Until a statement or a transaction begins.
    pub(super) start: Duration,
    pub(super) idle: IdleLimits,
}

impl Default for Limits {
    fn default() -> Self {
        Self { start: POOL_WAIT, idle: IdleLimits::default() }
    }
}

/// The way to the writer's thread, which ends when the last of these is dropped. Cheap to clone.
#[derive(Clone)]
pub(super) struct Writer {
    messages: mpsc::Sender<Message>,
    start_limit: Duration,
}

impl Writer {
    /// Starts the thread, which opens or creates the file at `path`.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the file cannot be opened.
    pub(super) async fn open(path: &str, limits: Limits) -> Result<Self> {
        let (messages, receiver) = mpsc::channel(QUEUE);
        let (ready, opened) = oneshot::channel();
        let mut thread = Thread { path: path.to_owned(), connection: None, idle: limits.idle };
        thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || {
                let outcome = thread.connection().map(drop);
                let is_open = outcome.is_ok();
                // The caller may have gone; then no request comes either.
                let _ = ready.send(outcome);
                if is_open {
                    thread.serve(receiver);
                }
            })
            .map_err(|error| Error::Unavailable(error.to_string()))?;
        match opened.await {
            Ok(Ok(())) => Ok(Self { messages, start_limit: limits.start }),
            Ok(Err(error)) => Err(Error::Unavailable(error.to_string())),
            Err(error) => Err(Error::Unavailable(error.to_string())),
        }
    }

    /// Runs a statement that is a transaction by itself. `query` may be called again: what it did before has been undone
    /// then. Dropped before its turn, it does not run.
    pub(super) fn run<'a, T: Send + 'static>(
        &self,
        query: impl FnMut(&mut SqliteConnection) -> QueryResult<T> + Send + 'static,
    ) -> BoxFuture<'a, QueryResult<T>> {
        let this = self.clone();
        Box::pin(async move {
            this.request(|claim, reply| {
                Message::Statement(Box::new(Queued::new(query, claim, reply)))
            })
            .await
        })
    }

    /// Begins a transaction, which has the writer until it ends. With `is_alone` it has a commit of its own; otherwise it
    /// may share one, and then it can fail with a serialization failure because of the others.
    pub(super) async fn begin(&self, is_alone: bool) -> QueryResult<Loan> {
        self.request(|claim, reply| Message::Transaction(Request { is_alone, claim, reply })).await
    }

    async fn request<T>(
        &self,
        message: impl FnOnce(Claim, oneshot::Sender<QueryResult<T>>) -> Message,
    ) -> QueryResult<T> {
        let limit = Instant::now() + self.start_limit;
        let claim = Claim::default();
        let (reply, outcome) = oneshot::channel();
        let message = message(claim.clone(), reply);
        match timeout_at(limit, self.messages.send(message)).await {
            Ok(Ok(())) => reply_until(limit, &claim, outcome, LOST).await,
            Ok(Err(_)) => Err(unavailable(LOST)),
            Err(_) => Err(too_late()),
        }
    }
}

/// The thread's own side.
struct Thread {
    path: String,
    // Absent after a panic, until the next request.
    connection: Option<SqliteConnection>,
    idle: IdleLimits,
}

impl Thread {
    fn serve(mut self, mut messages: mpsc::Receiver<Message>) {
        let mut received = Vec::with_capacity(MAX_GROUP);
        let mut waiting = VecDeque::with_capacity(MAX_GROUP);
        while 0 < messages.blocking_recv_many(&mut received, MAX_GROUP) {
            waiting.extend(received.drain(..));
            while !waiting.is_empty() {
                self.run_some(&mut waiting);
            }
        }
    }

    fn run_some(&mut self, waiting: &mut VecDeque<Message>) {
        let idle = self.idle;
        let connection = match self.connection() {
            Ok(connection) => connection,
            Err(error) => return refuse(waiting, &error.to_string()),
        };
        let run = AssertUnwindSafe(|| run_some(connection, waiting, idle));
        if catch_unwind(run).is_err() {
            tracing::error!("a statement panicked; SQLite's writer opens a new connection");
            // Closing it undoes what it had not committed.
            self.connection = None;
        }
    }

    fn connection(&mut self) -> ConnectionResult<&mut SqliteConnection> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => connect(&self.path, Mode::Write)?,
        };
        Ok(self.connection.insert(connection))
    }
}
