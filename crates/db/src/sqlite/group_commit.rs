//! Group commit: what waits for the writer at the same time shares a transaction of SQLite, and so a write to the disk.
//!
//! A commit waits for the disk, and that is most of the cost of a small change. Every caller hears of success only after
//! the commit of its group.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use diesel::{QueryResult, connection::SimpleConnection, sqlite::SqliteConnection};
use tokio::sync::oneshot;

use super::{
    loan::{End, Loan, Request, conflict, lend},
    statement::Statement,
    transaction::{is_in_transaction, roll_back},
};

/// Enough that the disk's part in each change is small; few enough that the first does not wait long for the last.
pub(super) const MAX_GROUP: usize = 64;

/// A group is committed after this time even if more are waiting, so that slow transactions do not add up to a delay
/// that a client notices.
const MAX_GROUP_TIME: Duration = Duration::from_millis(50);

/// A request to the writer.
pub(super) enum Message {
    Statement(Box<dyn Statement>),
    Transaction(Request),
}

impl Message {
    fn refuse(self, why: &str) {
        match self {
            Self::Statement(statement) => statement.refuse(why),
            Self::Transaction(request) => request.refuse(why),
        }
    }
}

/// How long a transaction may hold the writer without running a statement.
#[derive(Clone, Copy)]
pub(super) struct IdleLimits {
    pub(super) alone: Duration,
    pub(super) in_group: Duration,
}

impl Default for IdleLimits {
    fn default() -> Self {
        Self {
            // As PostgreSQL's `idle_in_transaction_session_timeout`.
            alone: Duration::from_secs(30),
            // Others wait for its commit. Far longer than the time between two statements; and a transaction that exceeds
            // it runs again, alone.
            in_group: Duration::from_millis(100),
        }
    }
}

/// Something that has run in a group and waits for its commit.
enum Member {
    Statement(Box<dyn Statement>),
    Transaction(oneshot::Sender<QueryResult<()>>),
}

impl Member {
    fn tell(self) {
        match self {
            Self::Statement(statement) => statement.tell(),
            Self::Transaction(reply) => {
                let _ = reply.send(Ok(()));
            }
        }
    }

    /// After the group was rolled back: statements run again, each by itself; transactions are told to.
    fn run_again(self, connection: &mut SqliteConnection) {
        match self {
            Self::Statement(statement) => run_alone(connection, statement),
            Self::Transaction(reply) => {
                let _ = reply.send(Err(conflict()));
            }
        }
    }
}

/// Refuses all that wait.
pub(super) fn refuse(waiting: &mut VecDeque<Message>, why: &str) {
    for message in waiting.drain(..) {
        message.refuse(why);
    }
}

/// Runs the first of those that wait, with as many others as may share its commit.
pub(super) fn run_some(
    connection: &mut SqliteConnection,
    waiting: &mut VecDeque<Message>,
    idle: IdleLimits,
) {
    let is_single = waiting.len() == 1;
    match waiting.pop_front() {
        None => {}
        Some(Message::Statement(statement)) if is_single => {
            run_single(connection, statement);
        }
        Some(Message::Transaction(request)) if is_single || request.is_alone => {
            lend_alone(connection, request, idle.alone);
        }
        Some(first) => {
            waiting.push_front(first);
            run_group(connection, waiting, idle.in_group);
        }
    }
}

fn run_single(connection: &mut SqliteConnection, statement: Box<dyn Statement>) {
    if statement.claim() {
        run_alone(connection, statement);
    }
}

/// A statement outside of a transaction is one by itself.
fn run_alone(connection: &mut SqliteConnection, mut statement: Box<dyn Statement>) {
    statement.run(connection);
    statement.tell();
}

fn lend_alone(connection: &mut SqliteConnection, request: Request, idle_limit: Duration) {
    if let Err(error) = connection.batch_execute("BEGIN IMMEDIATE") {
        return request.refuse(&error.to_string());
    }
    if !request.claim() {
        return roll_back(connection);
    }
    // The caller may have gone when its reply is sent.
    match lend(connection, request.reply, false, idle_limit) {
        End::Commit(reply) => {
            let outcome = connection.batch_execute("COMMIT");
            if outcome.is_err() {
                roll_back(connection);
            }
            let _ = reply.send(outcome);
        }
        End::Rollback(reply) => {
            roll_back(connection);
            if let Some(reply) = reply {
                let _ = reply.send(Ok(()));
            }
        }
    }
}

fn run_group(
    connection: &mut SqliteConnection,
    waiting: &mut VecDeque<Message>,
    idle_limit: Duration,
) {
    // As a rule another process has the lock, and did not release it in time.
    if let Err(error) = connection.batch_execute("BEGIN IMMEDIATE") {
        return refuse(waiting, &error.to_string());
    }
    let mut group = Vec::with_capacity(waiting.len());
    let is_intact = fill(connection, waiting, &mut group, idle_limit);
    if is_intact && connection.batch_execute("COMMIT").is_ok() {
        group.into_iter().for_each(Member::tell);
        return;
    }
    roll_back(connection);
    for member in group {
        member.run_again(connection);
    }
}

/// Runs those that wait in the open transaction, and collects those whose changes it now holds; whether it still does.
fn fill(
    connection: &mut SqliteConnection,
    waiting: &mut VecDeque<Message>,
    group: &mut Vec<Member>,
    idle_limit: Duration,
) -> bool {
    let start = Instant::now();
    while start.elapsed() < MAX_GROUP_TIME
        && let Some(message) = waiting.pop_front()
    {
        let is_intact = match message {
            Message::Statement(statement) if !statement.claim() => true,
            Message::Statement(mut statement) => {
                let is_done = statement.run(connection);
                group.push(Member::Statement(statement));
                // SQLite undoes a failed statement alone, but for some errors the whole transaction.
                is_done || is_in_transaction(connection)
            }
            Message::Transaction(request) if request.is_alone => {
                waiting.push_front(Message::Transaction(request));
                return true;
            }
            Message::Transaction(request) if !request.claim() => true,
            Message::Transaction(request) => {
                match lend_in_group(connection, request.reply, idle_limit) {
                    Ok(reply) => {
                        group.extend(reply.map(Member::Transaction));
                        true
                    }
                    Err(_) => false,
                }
            }
        };
        if !is_intact {
            return false;
        }
    }
    true
}

/// Runs a transaction in a savepoint of the group's. Returns its reply, which is sent after the group's commit: also that of
/// a transaction that was rolled back, because it may have seen changes of the group.
///
/// # Errors
/// That of the database: as a rule the group's transaction has been undone.
fn lend_in_group(
    connection: &mut SqliteConnection,
    reply: oneshot::Sender<QueryResult<Loan>>,
    idle_limit: Duration,
) -> QueryResult<Option<oneshot::Sender<QueryResult<()>>>> {
    connection.batch_execute("SAVEPOINT member")?;
    match lend(connection, reply, true, idle_limit) {
        End::Commit(reply) => {
            connection.batch_execute("RELEASE SAVEPOINT member")?;
            Ok(Some(reply))
        }
        End::Rollback(reply) => {
            connection.batch_execute("ROLLBACK TO SAVEPOINT member; RELEASE SAVEPOINT member")?;
            Ok(reply)
        }
    }
}
