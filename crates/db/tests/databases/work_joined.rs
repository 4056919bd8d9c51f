//! Units of work inside [`Db::atomically`]: they join its transaction.

use loggia_db::{Db, Error, Result, Work};
use loggia_testkit::TestDb;

use crate::things::{Diary, count, create, insert, put, seen};

async fn open() -> TestDb {
    let database = TestDb::with_pool(1).await;
    create(&database.db()).await;
    database
}

#[tokio::test]
async fn a_statement_joins_the_transaction_around() {
    let database = open().await;
    let db = database.db();
    let other = Db::open(database.url(), 1).await.unwrap();

    db.atomically(async {
        put(&mut db.work(), "cup", 1).await?;
        insert(&mut *db.write().await?, "jug", 1, 2).await?;
        assert_eq!(seen(&mut db.work()).await?, 2);
        assert_eq!(seen(&mut db.work().scan()).await?, 2);
        assert_eq!(count(&other).await, 0);
        // Undone by itself, as it would be alone.
        put(&mut db.work(), "cup", 3).await.unwrap_err();
        put(&mut db.work(), "pot", 3).await
    })
    .await
    .unwrap();
    db.atomically(async {
        put(&mut db.work(), "pan", 4).await?;
        Err::<(), _>(Error::NotFound)
    })
    .await
    .unwrap_err();

    assert_eq!(count(&other).await, 3);
}

#[tokio::test]
async fn a_transaction_is_a_savepoint_of_the_one_around() {
    let database = open().await;
    let db = database.db();

    db.atomically(async {
        put(&mut db.work(), "cup", 1).await?;
        let refused = db
            .transaction(async |work| {
                put(work, "jug", 2).await?;
                work.transaction(async |work| put(work, "pot", 3).await)
                    .await?;
                Err::<(), _>(Error::NotFound)
            })
            .await;
        assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
        assert_eq!(count(&db).await, 1);
        db.work()
            .transaction(async |work| {
                // Services that do not take a unit of work yet join, too.
                insert(&mut *db.write().await?, "pan", 1, 4).await?;
                put(work, "jug", 2).await?;
                let refused = work
                    .transaction(async |work| put(work, "jug", 5).await)
                    .await;
                assert!(refused.unwrap_err().unique_key().is_some());
                put(work, "pot", 3).await
            })
            .await
    })
    .await
    .unwrap();

    assert_eq!(count(&db).await, 4);
}

#[tokio::test]
async fn a_failed_statement_undoes_the_savepoint_alone() {
    let database = open().await;
    let db = database.db();

    db.atomically(async {
        put(&mut db.work(), "cup", 1).await?;
        let refused = db
            .transaction(async |work: &mut Work| -> Result<()> {
                put(work, "jug", 2).await?;
                put(work, "jug", 3).await.unwrap_err();
                let again = put(work, "pot", 3).await;
                assert!(matches!(again, Err(Error::Aborted)), "{again:?}");
                let nested = work
                    .transaction(async |work| put(work, "pot", 3).await)
                    .await;
                assert!(matches!(nested, Err(Error::Aborted)), "{nested:?}");
                Ok(())
            })
            .await;
        assert!(matches!(refused, Err(Error::Aborted)), "{refused:?}");
        put(&mut db.work(), "pot", 3).await
    })
    .await
    .unwrap();

    assert_eq!(count(&db).await, 2);
}

#[tokio::test]
async fn actions_wait_for_the_transaction_around() {
    let database = open().await;
    let db = database.db();
    let diary = Diary::default();

    db.atomically(async {
        db.work().after_commit(diary.note("first"));
        db.transaction(async |work| {
            work.after_commit(diary.note("second"));
            Ok::<_, Error>(())
        })
        .await?;
        db.transaction(async |work| {
            work.after_commit(diary.note("in a savepoint that is rolled back"));
            Err::<(), _>(Error::NotFound)
        })
        .await
        .unwrap_err();
        assert!(diary.notes().is_empty());
        Ok::<_, Error>(())
    })
    .await
    .unwrap();

    assert_eq!(diary.notes(), ["first", "second"]);
}

#[tokio::test]
async fn another_database_is_not_joined() {
    let (database, elsewhere) = (open().await, open().await);
    let (db, other) = (database.db(), elsewhere.db());

    db.atomically(async {
        put(&mut other.work(), "cup", 1).await?;
        other
            .transaction(async |work| put(work, "jug", 2).await)
            .await?;
        Err::<(), _>(Error::NotFound)
    })
    .await
    .unwrap_err();

    assert_eq!(count(&other).await, 2);
}

#[tokio::test]
async fn a_savepoint_that_is_dropped_spoils_the_transaction_around() {
    let database = open().await;
    let db = database.db();

    let outcome = db
        .atomically(async {
            put(&mut db.work(), "cup", 1).await?;
            let (reached, mut wait) = tokio::sync::mpsc::unbounded_channel();
            let nested = std::pin::pin!(db.transaction(async |work: &mut Work| -> Result<()> {
                put(work, "jug", 2).await?;
                reached.send(()).unwrap();
                std::future::pending().await
            }));
            tokio::select! {
                _ = nested => unreachable!("it never ends"),
                _ = wait.recv() => {}
            }
            Ok::<_, Error>(())
        })
        .await;

    assert!(matches!(outcome, Err(Error::Unavailable(_))), "{outcome:?}");
    assert_eq!(count(&db).await, 0);
    put(&mut db.work(), "pot", 3).await.unwrap();
}
