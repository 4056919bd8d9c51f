//! Futures that are dropped before their end: nothing of theirs is kept, and no connection is lost.

use std::{future::pending, pin::pin};

use futures_util::FutureExt;
use loggia_db::{Db, Error, Result, Work};
use loggia_testkit::TestDb;
use rstest::rstest;
use tokio::sync::mpsc;

use crate::things::{count, create, execute, put, seen};

async fn open() -> TestDb {
    let database = TestDb::with_pool(1).await;
    create(&database.db()).await;
    database
}

/// As a server does with a request that is no longer needed.
#[rstest]
#[tokio::test]
async fn a_transaction_dropped_in_its_body_leaves_nothing(#[values(0, 1, 2)] depth: usize) {
    let database = open().await;
    let db = database.db();
    let (reached, mut wait) = mpsc::unbounded_channel();
    let task = tokio::spawn({
        let db = db.clone();
        async move {
            db.transaction(async |work: &mut Work| -> Result<()> {
                put(work, "cup", 1).await?;
                let stop = async |_: &mut Work| -> Result<()> {
                    reached.send(()).unwrap();
                    pending().await
                };
                match depth {
                    0 => stop(work).await,
                    1 => work.transaction(stop).await,
                    _ => {
                        work.transaction(async |work: &mut Work| {
                            put(work, "jug", 2).await?;
                            work.transaction(&stop).await
                        })
                        .await
                    }
                }
            })
            .await
        }
    });
    wait.recv().await.unwrap();
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());

    assert_eq!(count(&db).await, 0);
    db.transaction(async |work| put(work, "cup", 1).await).await.unwrap();
    let other = Db::open(database.url(), 1).await.unwrap();
    assert_eq!(count(&other).await, 1);
}

/// A pooled connection in the middle of a transaction would make the next statement part of it.
#[tokio::test]
async fn a_transaction_dropped_at_any_moment_is_not_pooled() {
    let database = open().await;
    let db = database.db();
    let other = Db::open(database.url(), 1).await.unwrap();
    for polls in 0..12 {
        let body = async |work: &mut Work| {
            put(work, "cup", 1).await?;
            work.transaction(async |work| put(work, "jug", 2).await).await?;
            Err::<(), _>(Error::NotFound)
        };
        let mut transaction = Box::pin(db.transaction(body));
        for _ in 0..polls {
            if (&mut transaction).now_or_never().is_some() {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(transaction);

        put(&mut db.work(), &format!("pot {polls}"), 10 + polls).await.unwrap();
        assert_eq!(count(&other).await, polls + 1);
    }
}

#[tokio::test]
async fn a_nested_one_dropped_while_the_outer_goes_on_spoils_the_outer() {
    let database = open().await;
    let db = database.db();

    let outcome = db
        .transaction(async |work: &mut Work| -> Result<()> {
            put(work, "cup", 1).await?;
            drop_nested(work).await;
            put(work, "pot", 3).await
        })
        .await;

    assert!(matches!(outcome, Err(Error::Unavailable(_))), "{outcome:?}");
    assert_eq!(count(&db).await, 0);
    put(&mut db.work(), "cup", 1).await.unwrap();
}

#[tokio::test]
async fn a_dropped_one_is_undone_with_the_nested_one_around_it() {
    let database = open().await;
    let db = database.db();

    db.transaction(async |work| {
        put(work, "cup", 1).await?;
        let refused = work
            .transaction(async |work: &mut Work| -> Result<()> {
                drop_nested(work).await;
                Ok(())
            })
            .await;
        assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
        assert_eq!(seen(work).await?, 1);
        put(work, "pot", 3).await
    })
    .await
    .unwrap();

    assert_eq!(count(&db).await, 2);
}

/// Begins a nested transaction, and drops it once it has written.
async fn drop_nested(work: &mut Work) {
    let (reached, mut wait) = mpsc::unbounded_channel();
    let nested = pin!(work.transaction(async |work: &mut Work| -> Result<()> {
        put(work, "jug", 2).await?;
        reached.send(()).unwrap();
        pending().await
    }));
    tokio::select! {
        _ = nested => unreachable!("it never ends"),
        _ = wait.recv() => {}
    }
}

#[tokio::test]
async fn a_statement_that_was_not_waited_for_fails_its_transaction() {
    let database = open().await;
    let db = database.db();

    let outcome = db
        .transaction(async |work: &mut Work| -> Result<()> {
            put(work, "cup", 1).await?;
            let mut statement = Box::pin(execute(work, SLOW));
            assert!((&mut statement).now_or_never().is_none());
            drop(statement);
            Ok(())
        })
        .await;

    assert!(matches!(outcome, Err(Error::Aborted)), "{outcome:?}");
    assert_eq!(count(&db).await, 0);
    put(&mut db.work(), "cup", 1).await.unwrap();
}

/// Long enough that it has not ended when it is looked at for the first time.
const SLOW: &str = "INSERT INTO things WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 20000) \
     SELECT 'cup ' || n, 2, n FROM n";
