//! The writer, with limits that no test has to wait for.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use diesel::{
    Connection, QueryResult, RunQueryDsl,
    connection::SimpleConnection,
    dsl::sql,
    result::{DatabaseErrorKind, Error},
    sql_types::BigInt,
    sqlite::SqliteConnection,
};
use futures_util::future::join_all;
use tempfile::TempDir;

use super::writer::{Limits, Writer};

const TABLES: &str = "CREATE TABLE things (name TEXT PRIMARY KEY); \
     CREATE TABLE labels (thing TEXT REFERENCES things (name) DEFERRABLE INITIALLY DEFERRED);";

struct Stage {
    writer: Writer,
    file: String,
    _folder: TempDir,
}

impl Stage {
    async fn set(change: impl FnOnce(&mut Limits)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("loggia.db").display().to_string();
        let mut limits = Limits::default();
        change(&mut limits);
        let stage =
            Self { writer: Writer::open(&file, limits).await.unwrap(), file, _folder: folder };
        stage.connect().batch_execute(TABLES).unwrap();
        stage
    }

    /// As another process would.
    fn connect(&self) -> SqliteConnection {
        SqliteConnection::establish(&self.file).unwrap()
    }

    async fn insert(&self, name: &str) -> QueryResult<()> {
        self.writer.run(insert(name)).await
    }

    /// Has all of `requests` wait for a transaction to end, so that they form one group.
    async fn together<T>(
        &self,
        requests: impl IntoIterator<Item = impl Future<Output = T>>,
    ) -> Vec<T> {
        let held = self.writer.begin(true).await.unwrap();
        // `join` polls the first of its two first, which queues all requests.
        let (outcomes, ()) = tokio::join!(join_all(requests), async { drop(held) });
        outcomes
    }

    fn count(&self) -> i64 {
        diesel::select(sql::<BigInt>("(SELECT count(*) FROM things)"))
            .get_result(&mut self.connect())
            .unwrap()
    }
}

fn insert(name: &str) -> impl FnMut(&mut SqliteConnection) -> QueryResult<()> + Send + use<> {
    execute(format!("INSERT INTO things VALUES ('{name}')"))
}

fn execute(sql: String) -> impl FnMut(&mut SqliteConnection) -> QueryResult<()> + Send {
    move |connection| connection.batch_execute(&sql)
}

fn kind(outcome: &QueryResult<()>) -> Option<&DatabaseErrorKind> {
    match outcome {
        Err(Error::DatabaseError(kind, _)) => Some(kind),
        _ => None,
    }
}

fn is_unavailable(outcome: &QueryResult<()>) -> bool {
    matches!(kind(outcome), Some(DatabaseErrorKind::UnableToSendCommand))
}

fn is_conflict(outcome: &QueryResult<()>) -> bool {
    matches!(kind(outcome), Some(DatabaseErrorKind::SerializationFailure))
}

#[tokio::test]
async fn a_panic_costs_its_group_and_no_other() {
    let stage = Stage::set(|_| {}).await;

    let outcomes = stage
        .together((0..3).map(async |n| match n {
            1 => stage.writer.run(|_| panic!("as a query should not")).await,
            _ => stage.insert(&format!("cup {n}")).await,
        }))
        .await;

    // The first shares its group with the one that panics; the last has a new one.
    assert!(is_unavailable(&outcomes[0]), "{outcomes:?}");
    assert!(is_unavailable(&outcomes[1]), "{outcomes:?}");
    assert!(outcomes[2].is_ok(), "{outcomes:?}");
    assert_eq!(stage.count(), 1);
    stage.insert("jug").await.unwrap();
    assert_eq!(stage.count(), 2);
}

#[tokio::test]
async fn a_panic_ends_its_transaction() {
    let stage = Stage::set(|_| {}).await;
    let loan = stage.writer.begin(false).await.unwrap();
    loan.run(insert("cup")).await.unwrap();

    let panicked: QueryResult<()> = loan.run(|_| panic!("as a query should not")).await;

    assert!(panicked.is_err());
    assert!(loan.run(insert("jug")).await.is_err());
    assert!(loan.commit().await.is_err());
    stage.insert("cup").await.unwrap();
    assert_eq!(stage.count(), 1);
}

#[tokio::test]
async fn a_transaction_that_is_idle_in_a_group_is_to_run_again() {
    let stage = Stage::set(|limits| limits.idle.in_group = Duration::from_millis(1)).await;

    let held = stage.writer.begin(true).await.unwrap();
    // The statement is kept once the idle transaction has been undone.
    let (loan, kept, ()) =
        tokio::join!(stage.writer.begin(false), stage.insert("cup"), async { drop(held) });
    kept.unwrap();

    let loan = loan.unwrap();
    let refused = loan.run(insert("jug")).await;
    assert!(is_conflict(&refused), "{refused:?}");
    let refused = loan.commit().await;
    assert!(is_conflict(&refused), "{refused:?}");
    assert_eq!(stage.count(), 1);
}

#[tokio::test]
async fn a_transaction_that_is_idle_alone_is_undone() {
    let stage = Stage::set(|limits| limits.idle.alone = Duration::ZERO).await;
    let loan = stage.writer.begin(true).await.unwrap();
    stage.insert("cup").await.unwrap();

    let refused = loan.run(insert("jug")).await;

    assert!(is_unavailable(&refused), "{refused:?}");
    let refused = loan.commit().await;
    assert!(is_unavailable(&refused), "{refused:?}");
    assert_eq!(stage.count(), 1);
}

#[tokio::test]
async fn a_commit_that_fails_for_the_group_fails_alone_the_second_time() {
    let stage = Stage::set(|_| {}).await;
    let dangling = || execute("INSERT INTO labels VALUES ('no such thing')".to_owned());
    let run = async |n: usize, is_alone| {
        let loan = stage.writer.begin(is_alone).await?;
        match n {
            1 => loan.run(dangling()).await?,
            _ => loan.run(insert(&format!("cup {n}"))).await?,
        }
        loan.commit().await
    };

    let first = stage.together((0..3).map(|n| run(n, false))).await;
    assert!(first.iter().all(is_conflict), "{first:?}");
    assert_eq!(stage.count(), 0);
    let second = stage.together((0..3).map(|n| run(n, true))).await;

    let refused = kind(&second[1]);
    assert!(matches!(refused, Some(DatabaseErrorKind::ForeignKeyViolation)), "{second:?}");
    assert!(second[0].is_ok() && second[2].is_ok(), "{second:?}");
    assert_eq!(stage.count(), 2);
}

#[tokio::test]
async fn a_lock_that_another_process_keeps_is_reported_to_all_that_wait() {
    let stage = Stage::set(|_| {}).await;
    let at_once = execute("PRAGMA busy_timeout = 0".to_owned());
    stage.writer.run(at_once).await.unwrap();
    let transact = async |name: &str, is_alone| {
        let loan = stage.writer.begin(is_alone).await?;
        loan.run(insert(name)).await?;
        loan.commit().await
    };
    let mut other = stage.connect();
    let held = stage.writer.begin(true).await.unwrap();
    let all =
        async { tokio::join!(stage.insert("cup"), stage.insert("jug"), transact("pot", false)) };
    let swap = async {
        // The lock changes hands while the writer is still on loan, and so cannot take it.
        held.run(|connection| connection.batch_execute("ROLLBACK")).await.unwrap();
        other.batch_execute("BEGIN IMMEDIATE").unwrap();
        drop(held);
    };

    let ((cup, jug, pot), ()) = tokio::join!(all, swap);
    let alone = stage.insert("cup").await;
    let transaction = transact("pot", true).await;

    for refused in [cup, jug, pot, alone, transaction] {
        let text = refused.unwrap_err().to_string();
        assert!(text.contains("database is locked"), "{text}");
    }
    other.batch_execute("ROLLBACK").unwrap();
    stage.insert("cup").await.unwrap();
    transact("pot", false).await.unwrap();
    assert_eq!(stage.count(), 2);
}

#[tokio::test]
async fn a_request_that_waits_too_long_has_not_run() {
    let stage = Stage::set(|limits| limits.start = Duration::from_millis(1)).await;
    // The deadline is this transaction's, too: on a busy machine it may begin too late, and has not run then.
    let held = loop {
        match stage.writer.begin(true).await {
            Ok(held) => break held,
            Err(error) => assert!(error.to_string().contains("too long"), "{error}"),
        }
    };

    let statement = stage.insert("cup").await;
    let transaction = stage.writer.begin(false).await.map(drop);

    assert!(is_unavailable(&statement), "{statement:?}");
    assert!(is_unavailable(&transaction), "{transaction:?}");
    held.run(insert("jug")).await.unwrap();
    held.commit().await.unwrap();
    assert_eq!(stage.count(), 1);
}

/// The writer and the deadline race for each statement.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_late_is_said_of_exactly_those_that_did_not_run() {
    let stage = Stage::set(|limits| limits.start = Duration::from_millis(2)).await;
    let (kept, late) = (AtomicUsize::new(0), AtomicUsize::new(0));

    join_all((0..2000).map(async |n| match stage.insert(&format!("cup {n}")).await {
        Ok(()) => kept.fetch_add(1, Ordering::Relaxed),
        refused => {
            assert!(is_unavailable(&refused), "{refused:?}");
            late.fetch_add(1, Ordering::Relaxed)
        }
    }))
    .await;

    let kept = kept.into_inner();
    assert_eq!(kept + late.into_inner(), 2000);
    assert_eq!(stage.count(), i64::try_from(kept).unwrap());
}

#[tokio::test]
async fn a_dropped_transaction_is_rolled_back_once_its_statement_has_ended() {
    let stage = Stage::set(|_| {}).await;
    for is_alone in [false, true] {
        let loan = stage.writer.begin(is_alone).await.unwrap();
        loan.run(insert("cup")).await.unwrap();
        drop(loan.run(insert("jug")));
        drop(loan);

        stage.insert("cup").await.unwrap();
        assert_eq!(stage.count(), 1);
        stage.writer.run(execute("DELETE FROM things".to_owned())).await.unwrap();
    }
}

#[tokio::test]
async fn a_rollback_by_sqlite_itself_ends_the_transaction() {
    let stage = Stage::set(|_| {}).await;
    let loan = stage.writer.begin(true).await.unwrap();
    loan.run(insert("cup")).await.unwrap();

    let sql = "INSERT OR ROLLBACK INTO things VALUES ('cup')".to_owned();
    let refused = loan.run(execute(sql)).await;

    assert!(matches!(kind(&refused), Some(DatabaseErrorKind::UniqueViolation)), "{refused:?}");
    // Otherwise it would be kept by itself.
    assert!(loan.run(insert("jug")).await.is_err());
    assert!(loan.commit().await.is_err());
    assert_eq!(stage.count(), 0);
}

#[tokio::test]
async fn a_file_that_cannot_be_opened_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().display().to_string();
    let refused = Writer::open(&path, Limits::default()).await.map(drop);
    assert!(matches!(refused, Err(crate::Error::Unavailable(_))), "{refused:?}");
}
