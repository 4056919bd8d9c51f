//! Statements that are transactions by themselves: those which wait at the same time share a commit.
//!
//! A commit waits for the disk, and that is most of what a small statement costs. So whoever writes takes all that wait,
//! and runs them as one transaction. Nobody hears of success before what he did is on the disk.

use std::{
    collections::VecDeque,
    mem,
    panic::{self, AssertUnwindSafe},
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use deadpool::managed::{PoolError, Timeouts};
use diesel::{
    ConnectionError, QueryResult, connection::SimpleConnection, sqlite::SqliteConnection,
};
use futures_util::future::BoxFuture;
use tokio::{
    runtime::Handle,
    sync::oneshot,
    time::{Instant, timeout_at},
};

use super::{
    pool::{Pool, Pooled},
    unavailable,
};
use crate::db::POOL_WAIT;

/// Why there is no writer.
type Fault = PoolError<ConnectionError>;

/// The queue of statements on one database. Cheap to clone.
#[derive(Clone)]
pub(super) struct Statements(Arc<Shared>);

struct Shared {
    // Its turn among the transactions is taken here.
    writer: Pool,
    runtime: Handle,
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Box<dyn Statement>>,
    // Whether somebody is there who will look at what waits.
    is_served: bool,
}

impl Statements {
    pub(super) fn on(writer: Pool, runtime: Handle) -> Self {
        Self(Arc::new(Shared {
            writer,
            runtime,
            queue: Mutex::default(),
        }))
    }

    /// Runs a statement as soon as it is its turn. `ask` may be called more than once: what it did before has been undone
    /// then. Whoever gives up waiting before its turn has not asked.
    pub(super) fn run<'a, T: Send + 'static>(
        &self,
        ask: impl FnMut(&mut SqliteConnection) -> QueryResult<T> + Send + 'static,
    ) -> BoxFuture<'a, QueryResult<T>> {
        let shared = Arc::clone(&self.0);
        Box::pin(async move {
            let (reply, answer) = oneshot::channel();
            shared.push(Box::new(Asked {
                ask,
                outcome: None,
                limit: Instant::now() + POOL_WAIT,
                reply,
            }));
            answer
                .await
                .unwrap_or_else(|_| Err(unavailable("the statement was given up")))
        })
    }
}

impl Shared {
    fn push(self: Arc<Self>, statement: Box<dyn Statement>) {
        let mut queue = self.queue();
        queue.waiting.push_back(statement);
        if !mem::replace(&mut queue.is_served, true) {
            drop(queue);
            let serving = Serving {
                shared: self,
                is_done: false,
            };
            serving.shared.runtime.clone().spawn(serving.serve());
        }
    }

    /// Whether anybody waits; if not, nobody is there any more who would look.
    fn is_any_waiting(&self) -> bool {
        let mut queue = self.queue();
        queue.is_served = !queue.waiting.is_empty();
        queue.is_served
    }

    /// The writer; `None` if nobody waits for it any more.
    async fn writer(&self) -> Option<std::result::Result<Pooled, Fault>> {
        // Without a limit of its own: the limit is each statement's, and a place in the line is kept.
        let no_limit = Timeouts::default();
        let mut turn = pin!(self.writer.timeout_get(&no_limit));
        while let Some(limit) = self.refuse_late() {
            if let Ok(outcome) = timeout_at(limit, &mut turn).await {
                return Some(outcome);
            }
        }
        None
    }

    /// Refuses those who have waited too long; until when the next one may.
    fn refuse_late(&self) -> Option<Instant> {
        let mut late = Vec::new();
        let mut queue = self.queue();
        while let Some(first) = queue.waiting.front()
            && first.is_late()
        {
            late.extend(queue.waiting.pop_front());
        }
        let limit = queue.waiting.front().map(|first| first.limit());
        drop(queue);
        for statement in late {
            statement.refuse(TOO_LATE);
        }
        limit
    }

    /// Runs what waits and what comes meanwhile, until nothing does, or somebody else wants to write.
    fn turn(&self, connection: &mut SqliteConnection) {
        loop {
            run(connection, self.take(MAX_TOGETHER));
            if self.queue().waiting.is_empty() || 0 < self.writer.status().waiting {
                break;
            }
        }
    }

    /// The first of those who wait, without those who gave up.
    fn take(&self, at_most: usize) -> Vec<Box<dyn Statement>> {
        let mut queue = self.queue();
        let number = at_most.min(queue.waiting.len());
        let mut statements: Vec<_> = queue.waiting.drain(..number).collect();
        drop(queue);
        statements.retain(|statement| statement.is_awaited());
        statements
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody who looks after the queue. If the runtime ends before he does, whoever waits is told.
struct Serving {
    shared: Arc<Shared>,
    is_done: bool,
}

impl Serving {
    /// Runs what waits, until nothing does.
    async fn serve(mut self) {
        while self.shared.is_any_waiting() {
            let is_over = match self.shared.writer().await {
                Some(Ok(writer)) => !self.lend(writer).await,
                Some(Err(error)) => {
                    let why = error.to_string();
                    for statement in self.shared.take(usize::MAX) {
                        statement.refuse(&why);
                    }
                    false
                }
                None => false,
            };
            if is_over {
                return;
            }
        }
        self.is_done = true;
    }

    /// Lets those who wait write; whether that could be done.
    async fn lend(&self, mut writer: Pooled) -> bool {
        let shared = Arc::clone(&self.shared);
        let turn = self.shared.runtime.spawn_blocking(move || {
            let turn = AssertUnwindSafe(|| shared.turn(&mut writer));
            if panic::catch_unwind(turn).is_err() {
                // Nobody knows what state the connection is in.
                drop(Pooled::take(writer));
            }
        });
        // Where it could not, the runtime is ending.
        turn.await.is_ok()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        if !self.is_done {
            let given_up = mem::take(&mut *self.shared.queue());
            drop(given_up);
        }
    }
}

/// How many share a commit at most: enough that the disk's part in each is small, and few enough that the first of them
/// does not wait long for the last.
const MAX_TOGETHER: usize = 64;

const TOO_LATE: &str = "others have been writing for too long";

/// Runs statements with as few commits as will do. Each fares as it would alone.
fn run(connection: &mut SqliteConnection, statements: Vec<Box<dyn Statement>>) {
    let mut waiting = statements.into_iter().filter_map(in_time).peekable();
    while let Some(first) = waiting.next() {
        if waiting.peek().is_none() {
            return alone(connection, first);
        }
        // As a rule another process has the lock, and did not give it back in time.
        if let Err(error) = connection.batch_execute("BEGIN IMMEDIATE") {
            let why = error.to_string();
            first.refuse(&why);
            return waiting.for_each(|statement| statement.refuse(&why));
        }
        let group = together(connection, first, &mut waiting);
        if connection.batch_execute("COMMIT").is_ok() {
            group.into_iter().for_each(|statement| statement.tell());
            continue;
        }
        // Refused where there is nothing left to be undone.
        let _ = connection.batch_execute("ROLLBACK");
        for statement in group.into_iter().filter_map(in_time) {
            alone(connection, statement);
        }
    }
}

/// Runs statements in an open transaction, up to the first that fails: SQLite undoes that one alone, but for some faults
/// the whole transaction, which COMMIT then tells.
fn together(
    connection: &mut SqliteConnection,
    first: Box<dyn Statement>,
    others: &mut impl Iterator<Item = Box<dyn Statement>>,
) -> Vec<Box<dyn Statement>> {
    let mut group = Vec::new();
    let mut next = Some(first);
    while let Some(mut statement) = next {
        let is_done = statement.run(connection);
        group.push(statement);
        next = if is_done { others.next() } else { None };
    }
    group
}

fn alone(connection: &mut SqliteConnection, mut statement: Box<dyn Statement>) {
    statement.run(connection);
    statement.tell();
}

/// The statement, unless it has waited too long, which it is told.
fn in_time(statement: Box<dyn Statement>) -> Option<Box<dyn Statement>> {
    if statement.is_late() {
        statement.refuse(TOO_LATE);
        return None;
    }
    Some(statement)
}

/// Somebody's statement.
trait Statement: Send {
    /// Whether anybody is there to hear of it.
    fn is_awaited(&self) -> bool;

    /// Until when it may wait.
    fn limit(&self) -> Instant;

    /// Whether it has waited for longer than that.
    fn is_late(&self) -> bool {
        self.limit() <= Instant::now()
    }

    /// Does it, and keeps what came of it; whether it was done.
    fn run(&mut self, connection: &mut SqliteConnection) -> bool;

    /// Tells what came of it.
    fn tell(self: Box<Self>);

    /// Tells that it will not be done.
    fn refuse(self: Box<Self>, why: &str);
}

struct Asked<T, A> {
    ask: A,
    outcome: Option<QueryResult<T>>,
    limit: Instant,
    reply: oneshot::Sender<QueryResult<T>>,
}

impl<T, A> Statement for Asked<T, A>
where
    T: Send,
    A: FnMut(&mut SqliteConnection) -> QueryResult<T> + Send,
{
    fn is_awaited(&self) -> bool {
        !self.reply.is_closed()
    }

    fn limit(&self) -> Instant {
        self.limit
    }

    fn run(&mut self, connection: &mut SqliteConnection) -> bool {
        let outcome = (self.ask)(connection);
        let is_done = outcome.is_ok();
        self.outcome = Some(outcome);
        is_done
    }

    fn tell(self: Box<Self>) {
        if let Some(outcome) = self.outcome {
            // Whoever asked may have gone.
            let _ = self.reply.send(outcome);
        }
    }

    fn refuse(self: Box<Self>, why: &str) {
        let _ = self.reply.send(Err(unavailable(why)));
    }
}

#[cfg(test)]
mod tests;
