//! The writer's connection on loan to one transaction.

use std::{
    sync::mpsc::{Receiver, Sender, channel},
    time::Duration,
};

use diesel::{
    QueryResult,
    result::{DatabaseErrorKind, Error},
    sqlite::SqliteConnection,
};
use futures_util::future::BoxFuture;
use tokio::sync::oneshot;

use super::{statement::Claim, transaction::is_in_transaction, unavailable::unavailable};

/// A transaction that waits for the writer.
pub(super) struct Request {
    /// Whether the transaction needs a commit of its own, so that a commit that fails is its own failure.
    pub(super) is_alone: bool,
    pub(super) claim: Claim,
    pub(super) reply: oneshot::Sender<QueryResult<Loan>>,
}

impl Request {
    /// Whether the transaction is to begin: its caller still waits, and has not given up at its deadline.
    pub(super) fn claim(&self) -> bool {
        !self.reply.is_closed() && self.claim.take()
    }

    /// Sends an error, unless the caller has given up.
    pub(super) fn refuse(self, why: &str) {
        if self.claim() {
            let _ = self.reply.send(Err(unavailable(why)));
        }
    }
}

/// An open transaction on the writer's thread. Dropped before the commit, it is rolled back as soon as the statement in
/// progress has ended.
pub(super) struct Loan {
    jobs: Sender<Job>,
    // Whether the transaction shares a commit with others.
    is_shared: bool,
}

enum Job {
    /// Runs a statement; whether it succeeded.
    Run(Box<dyn FnOnce(&mut SqliteConnection) -> bool + Send>),
    Commit(oneshot::Sender<QueryResult<()>>),
    Rollback(oneshot::Sender<QueryResult<()>>),
}

impl Loan {
    pub(super) fn run<'a, T: Send + 'static>(
        &self,
        query: impl FnOnce(&mut SqliteConnection) -> QueryResult<T> + Send + 'static,
    ) -> BoxFuture<'a, QueryResult<T>> {
        let (reply, outcome) = oneshot::channel();
        let run = move |connection: &mut SqliteConnection| {
            let outcome = query(connection);
            let is_done = outcome.is_ok();
            // The caller may have gone.
            let _ = reply.send(outcome);
            is_done
        };
        self.send(Job::Run(Box::new(run)), outcome)
    }

    /// Commits. The reply comes once the changes are on the disk; of a transaction that shares a commit, once all of the
    /// group are.
    pub(super) fn commit<'a>(&self) -> BoxFuture<'a, QueryResult<()>> {
        let (reply, outcome) = oneshot::channel();
        self.send(Job::Commit(reply), outcome)
    }

    /// Rolls back. Of a transaction that shares a commit with others, the reply comes once that commit is on the disk,
    /// because the reason for the rollback may be a change of another transaction of the group.
    pub(super) fn rollback<'a>(&self) -> BoxFuture<'a, QueryResult<()>> {
        let (reply, outcome) = oneshot::channel();
        self.send(Job::Rollback(reply), outcome)
    }

    fn send<'a, T: Send + 'static>(
        &self,
        job: Job,
        outcome: oneshot::Receiver<QueryResult<T>>,
    ) -> BoxFuture<'a, QueryResult<T>> {
        // A job that cannot be sent drops its reply.
        let _ = self.jobs.send(job);
        let is_shared = self.is_shared;
        Box::pin(async move {
            outcome.await.unwrap_or_else(|_| {
                Err(if is_shared {
                    conflict()
                } else {
                    unavailable("the transaction was idle for too long, or the writer has failed")
                })
            })
        })
    }
}

/// The error of a transaction that fails because of the others in its group. It runs again, alone.
pub(super) fn conflict() -> Error {
    Error::DatabaseError(
        DatabaseErrorKind::SerializationFailure,
        Box::new("the group of transactions was rolled back".to_owned()),
    )
}

/// How a loan ends.
pub(super) enum End {
    /// With the wish to commit.
    Commit(oneshot::Sender<QueryResult<()>>),
    /// Without it: the transaction is to be rolled back, if the database has not done so. Holds the reply, if the caller
    /// waits for one.
    Rollback(Option<oneshot::Sender<QueryResult<()>>>),
}

/// Lends the connection, on which a transaction or savepoint is open, and runs what comes until the loan ends or has been
/// idle for `idle_limit`.
pub(super) fn lend(
    connection: &mut SqliteConnection,
    reply: oneshot::Sender<QueryResult<Loan>>,
    is_shared: bool,
    idle_limit: Duration,
) -> End {
    let (sender, jobs) = channel();
    let loan = Loan { jobs: sender, is_shared };
    match reply.send(Ok(loan)) {
        Ok(()) => run(connection, &jobs, idle_limit),
        // The caller has gone.
        Err(_) => End::Rollback(None),
    }
}

fn run(connection: &mut SqliteConnection, jobs: &Receiver<Job>, idle_limit: Duration) -> End {
    while let Ok(job) = jobs.recv_timeout(idle_limit) {
        match job {
            Job::Commit(reply) => return End::Commit(reply),
            Job::Rollback(reply) => return End::Rollback(Some(reply)),
            Job::Run(run) => {
                // Where SQLite has undone the whole transaction, the next statement would be kept by itself.
                if !run(connection) && !is_in_transaction(connection) {
                    break;
                }
            }
        }
    }
    End::Rollback(None)
}
