//! Tests of the test database and the test clock.

use std::time::Duration;

use loggia_db::{Backend, Db, Result, RunQueryDsl, run};
use loggia_kernel::{Clock, Timestamp};

use crate::{FrozenClock, TestDb, postgres::with_database};

/// No other test would notice if the suite ignored `TEST_DATABASE_URL`.
#[tokio::test]
async fn is_the_requested_database() {
    #[expect(clippy::disallowed_methods, reason = "what is tested is this variable")]
    let is_postgres = std::env::var("TEST_DATABASE_URL").is_ok_and(|url| !url.is_empty());

    let backend = TestDb::open().await.db().backend();

    assert_eq!(backend == Backend::Postgres, is_postgres);
}

#[tokio::test]
async fn is_migrated() {
    let database = TestDb::open().await;
    let db = database.db();
    let pending = db.pending_migrations(crate::migrations()).await.unwrap();
    assert_eq!(pending, [""; 0]);
}

#[tokio::test]
async fn is_without_tables_where_that_is_what_the_test_needs() {
    let database = TestDb::empty().await;
    assert!(execute(&database.db(), "DELETE FROM jobs").await.is_err());
}

#[tokio::test]
async fn is_not_shared() {
    let (one, other) = tokio::join!(TestDb::open(), TestDb::open());

    execute(&one.db(), "CREATE TABLE marks (id INTEGER)").await.unwrap();

    assert_ne!(one.url(), other.url());
    assert!(execute(&one.db(), "DELETE FROM marks").await.is_ok());
    assert!(execute(&other.db(), "DELETE FROM marks").await.is_err());
}

#[tokio::test]
async fn is_gone_when_dropped_also_under_an_open_pool() {
    let database = TestDb::open().await;
    let (db, url) = (database.db(), database.url().to_owned());
    db.ping().await.unwrap();

    drop(database);

    match url.strip_prefix("sqlite://") {
        Some(path) => assert!(!std::path::Path::new(path).exists()),
        None => assert!(Db::open(&url, 1).await.unwrap().ping().await.is_err()),
    }
}

#[test]
fn names_another_database_of_the_same_server() {
    let check = |server, expected: &str| assert_eq!(with_database(server, "x"), expected);
    check("postgres://me@host:5432/old", "postgres://me@host:5432/x");
    check("postgres://host", "postgres://host/x");
    check("postgres://host/", "postgres://host/x");
    check(
        "postgresql://host/old?sslmode=disable&application_name=a/b",
        "postgresql://host/x?sslmode=disable&application_name=a/b",
    );
    check("postgres://host?sslmode=require", "postgres://host/x?sslmode=require");
}

#[test]
fn stands_still_until_it_is_moved() {
    let clock = FrozenClock::default();
    let hand = clock.clone();
    let start = clock.now();
    assert_eq!(start.to_utc().to_rfc3339(), "2026-01-01T12:00:00+00:00");

    hand.advance(Duration::from_micros(1));
    assert_eq!(clock.now().since(start), Duration::from_micros(1));

    hand.set(Timestamp::from_unix(0).unwrap());
    assert_eq!(clock.now().unix_seconds(), 0);
}

async fn execute(db: &Db, sql: &str) -> Result<usize> {
    run!(db.work(), |c| diesel::sql_query(sql).execute(c))
}
