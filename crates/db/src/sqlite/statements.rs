//! Statements that are transactions by themselves: those which wait at the same time share a commit.
//!
//! A commit waits for the disk, and that is most of what a small statement costs. So whoever writes takes all that wait,
//! and runs them as one transaction. Nobody hears of success before what he did is on the disk.

use std::{
    collections::VecDeque,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use diesel::{
    QueryResult,
    connection::SimpleConnection,
    result::{DatabaseErrorKind, Error},
    sqlite::SqliteConnection,
};
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use futures_util::future::BoxFuture;
use tokio::{runtime::Handle, sync::oneshot, time::Instant};

use super::connection::Pooled;
use crate::db::POOL_WAIT;

/// The queue of statements on one database. Cheap to clone.
#[derive(Clone)]
pub(super) struct Statements(Arc<Shared>);

struct Shared {
    // Its turn among the transactions is taken here.
    writer: Pool<Pooled>,
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
    pub(super) fn on(writer: Pool<Pooled>, runtime: Handle) -> Self {
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
                since: Instant::now(),
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

    /// Runs what waits and what comes meanwhile, until nothing does, or somebody else wants to write.
    fn turn(&self, connection: &mut SqliteConnection) {
        loop {
            let (in_time, late): (Vec<_>, Vec<_>) = self
                .take(MAX_TOGETHER)
                .into_iter()
                .partition(|statement| statement.waited() < POOL_WAIT);
            for statement in late {
                statement.refuse("too many wait to write");
            }
            run(connection, in_time);
            if self.queue().waiting.is_empty() || 0 < self.writer.status().waiting {
                break;
            }
        }
    }

    /// How many wait; if there are none, nobody is there any more who would look.
    fn waiting(&self) -> Option<usize> {
        let mut queue = self.queue();
        let waiting = queue.waiting.len();
        queue.is_served = 0 < waiting;
        (0 < waiting).then_some(waiting)
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
        while let Some(waiting) = self.shared.waiting() {
            match self.shared.writer.get().await {
                Ok(mut writer) => {
                    let shared = Arc::clone(&self.shared);
                    let turn = move |connection: &mut SqliteConnection| {
                        shared.turn(connection);
                        Ok(())
                    };
                    if writer.spawn_blocking(turn).await.is_err() {
                        // It panicked: nobody knows what state the connection is in.
                        drop(Object::take(writer));
                    }
                }
                // Those who came meanwhile have not waited as long.
                Err(error) => {
                    let why = error.to_string();
                    for statement in self.shared.take(waiting) {
                        statement.refuse(&why);
                    }
                }
            }
        }
        self.is_done = true;
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

/// Runs statements with as few commits as will do. Each does what it would do alone.
fn run(connection: &mut SqliteConnection, statements: Vec<Box<dyn Statement>>) {
    let mut waiting = statements.into_iter();
    while let Some(first) = waiting.next() {
        if waiting.len() == 0 {
            return alone(connection, first);
        }
        // Another process has the lock, and did not give it back in time.
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
        for statement in group {
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

/// Somebody's statement.
trait Statement: Send {
    /// Whether anybody is there to hear of it.
    fn is_awaited(&self) -> bool;

    /// How long it has been here.
    fn waited(&self) -> Duration;

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
    since: Instant,
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

    fn waited(&self) -> Duration {
        self.since.elapsed()
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

fn unavailable(why: &str) -> Error {
    Error::DatabaseError(
        DatabaseErrorKind::UnableToSendCommand,
        Box::new(why.to_owned()),
    )
}
