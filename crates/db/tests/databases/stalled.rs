//! A PostgreSQL, or a pooler before it, that accepts bytes and never answers. Between SQLite and its file there is nothing
//! that could.

use std::{
    fmt::Debug,
    time::{Duration, Instant},
};

use futures_util::{FutureExt, future::join_all};
use loggia_db::{Backend, Db, Error, Result, RunQueryDsl, Work, run};
use loggia_testkit::{Relay, TestDb};
use tokio::{sync::Notify, time::timeout};

use crate::things::{count, create, execute, put};

const POOL: usize = 4;

/// The limit of a request: 3 seconds for a connection, and 6.5 for a statement.
const LIMIT: Duration = Duration::from_secs(10);

/// The limit until the database is used again.
const BACK: Duration = Duration::from_secs(5);

/// Returns a database behind a relay, with all connections of its pool open; `None` on SQLite.
async fn relayed() -> Option<(TestDb, Relay, Db)> {
    let database = TestDb::open().await;
    if database.db().backend() == Backend::Sqlite {
        return None;
    }
    create(&database.db()).await;
    let relay = Relay::to(database.url()).await;
    let db = Db::open(relay.url(), POOL).await.unwrap();
    for outcome in join_all((0..POOL).map(|_| rest(&db))).await {
        outcome.unwrap();
    }
    assert_eq!(relay.clients(), POOL);
    Some((database, relay, db))
}

/// Keeps a connection for a moment.
async fn rest(db: &Db) -> Result<()> {
    execute(&mut db.work(), "SELECT pg_sleep(0.2)").await
}

fn assert_unavailable(outcome: &Result<impl Debug>) {
    assert!(matches!(outcome, Err(Error::Unavailable(_))), "{outcome:?}");
}

/// Sends more statements and transactions than there are connections. Asserts that all fail in time.
async fn assert_all_fail(db: &Db) {
    let began = Instant::now();
    let pings = join_all((0..2 * POOL).map(|_| db.ping()));
    let writes = join_all(
        (0..2 * POOL)
            .map(|_| async { db.transaction(async |work| put(work, "cup", 1).await).await }),
    );
    let (pings, writes) = tokio::join!(pings, writes);
    pings.iter().for_each(assert_unavailable);
    writes.iter().for_each(assert_unavailable);
    assert!(began.elapsed() < LIMIT, "{:?}", began.elapsed());
}

#[tokio::test]
async fn everything_fails_in_time_and_works_again_at_once() {
    let Some((_database, relay, db)) = relayed().await else { return };
    relay.stall();

    // With open connections, and then without.
    assert_all_fail(&db).await;
    assert_all_fail(&db).await;

    // None of them is left in the pool, and no attempt to connect goes on.
    timeout(LIMIT, relay.clients_at_most(0)).await.unwrap();
    relay.mend();
    let began = Instant::now();
    put(&mut db.work(), "cup", 1).await.unwrap();
    assert_eq!(count(&db).await, 1);
    assert!(began.elapsed() < BACK, "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_transaction_under_way_fails_in_time() {
    let Some((_database, relay, db)) = relayed().await else { return };
    let (wrote, stalled) = (Notify::new(), Notify::new());
    let began = Instant::now();
    let transaction = db.transaction(async |work: &mut Work| {
        put(work, "cup", 1).await?;
        wrote.notify_one();
        stalled.notified().await;
        put(work, "jug", 2).await
    });
    let stall = async {
        wrote.notified().await;
        relay.stall();
        stalled.notify_one();
    };
    let (outcome, ()) = tokio::join!(transaction, stall);

    assert_unavailable(&outcome);
    assert!(began.elapsed() < LIMIT, "{:?}", began.elapsed());
    relay.mend();
    assert_eq!(count(&db).await, 0);
}

/// As after the failover of a proxy: it answers on new connections, and the old ones lead nowhere.
#[tokio::test]
async fn one_stalled_connection_discredits_the_idle_ones() {
    let Some((_database, relay, db)) = relayed().await else { return };
    relay.mend_for_new_connections();

    assert_unavailable(&db.ping().await);

    let began = Instant::now();
    for outcome in join_all((0..2 * POOL).map(|_| db.ping())).await {
        outcome.unwrap();
    }
    assert!(began.elapsed() < BACK, "{:?}", began.elapsed());
    timeout(BACK, relay.clients_at_most(POOL)).await.unwrap();
}

#[tokio::test]
async fn a_server_that_does_not_greet_fails_in_time() {
    let Some((_database, relay, _)) = relayed().await else { return };
    relay.stall();
    let db = Db::open(relay.url(), POOL).await.unwrap();

    let began = Instant::now();
    assert_unavailable(&db.ping().await);
    let migrations = db.migrate(loggia_testkit::migrations()).await;

    assert_unavailable(&migrations);
    assert!(began.elapsed() < LIMIT, "{:?}", began.elapsed());
}

/// A connection with a statement in progress is not pooled: the next one would wait for it.
#[tokio::test]
async fn a_dropped_statement_costs_its_connection() {
    let database = TestDb::with_pool(1).await;
    let db = database.db();
    if db.backend() == Backend::Sqlite {
        return;
    }
    db.ping().await.unwrap();
    let mut work = db.work();
    let mut statement = Box::pin(execute(&mut work, "SELECT pg_sleep(4)"));
    // Polled until it has been sent.
    while (&mut statement).now_or_never().is_none() && !is_running(database.url()).await {}
    drop(statement);

    let began = Instant::now();
    db.ping().await.unwrap();

    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
}

/// Returns whether the server runs the statement.
async fn is_running(url: &str) -> bool {
    let other = Db::open(url, 1).await.unwrap();
    let sql = "INSERT INTO running SELECT 1 FROM pg_stat_activity \
               WHERE state = 'active' AND query = 'SELECT pg_sleep(4)'";
    let mut work = other.work();
    execute(&mut work, "CREATE TABLE IF NOT EXISTS running (one INTEGER)").await.unwrap();
    run!(work, |c| diesel::sql_query(sql).execute(c)).unwrap() == 1
}
