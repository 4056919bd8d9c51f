//! One transaction around several services that do not know of each other.

use std::sync::{Arc, Mutex};

use loggia_db::{Db, Error, Result};
use loggia_testkit::TestDb;
use tokio::sync::oneshot;

use crate::things::{count, create, execute, insert, label};

/// Opens a database with a pool of one connection, so acquiring a second one would wait in vain.
async fn open() -> TestDb {
    let database = TestDb::with_pool(1).await;
    create(&database.db()).await;
    database
}

/// A service that writes one statement.
async fn put(db: &Db, name: &str, place: i64) -> Result<()> {
    insert(&mut *db.write().await?, name, 1, place).await
}

/// A service with a transaction of its own.
async fn put_in_transaction(db: &Db, name: &str, place: i64) -> Result<()> {
    let mut tx = db.begin().await?;
    match insert(&mut tx, name, 1, place).await {
        Ok(()) => tx.commit().await,
        Err(error) => Err(tx.abandon(error).await),
    }
}

#[tokio::test]
async fn is_kept_as_a_whole_and_sees_what_it_wrote() {
    let database = open().await;
    let db = database.db();
    let other = Db::open(database.url(), 1).await.unwrap();

    let seen = db
        .atomically(async {
            put(&db, "cup", 1).await?;
            put_in_transaction(&db, "jug", 2).await?;
            put(&db, "pot", 3).await?;
            assert_eq!(count(&other).await, 0);
            db.ping().await?;
            drop(db.scan().await?);
            Ok::<_, Error>(count(&db).await)
        })
        .await
        .unwrap();

    assert_eq!(seen, 3);
    assert_eq!(count(&other).await, 3);
    assert_eq!(count(&db).await, 3);
}

#[tokio::test]
async fn is_undone_as_a_whole() {
    let database = open().await;
    let db = database.db();

    let refused = db
        .atomically(async {
            put(&db, "cup", 1).await?;
            put_in_transaction(&db, "jug", 2).await?;
            Err::<(), _>(Error::NotFound)
        })
        .await;

    assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
    assert_eq!(count(&db).await, 0);
    put(&db, "cup", 1).await.unwrap();
    assert_eq!(count(&db).await, 1);
}

#[tokio::test]
async fn goes_on_after_a_refusal() {
    let database = open().await;
    let db = database.db();

    db.atomically(async {
        put(&db, "cup", 1).await?;
        for refused in [
            put(&db, "cup", 2).await,
            put_in_transaction(&db, "cup", 3).await,
            put(&db, "jug", 1).await,
        ] {
            let error = refused.unwrap_err();
            assert!(error.unique_key().is_some(), "{error}");
        }
        assert_eq!(count(&db).await, 1);
        put(&db, "jug", 4).await?;
        // The last one before the end, too.
        put(&db, "jug", 5).await.unwrap_err();
        Ok::<_, Error>(())
    })
    .await
    .unwrap();

    assert_eq!(count(&db).await, 2);
}

#[tokio::test]
async fn a_savepoint_is_undone_by_itself() {
    let database = open().await;
    let db = database.db();

    db.atomically(async {
        put(&db, "cup", 1).await?;
        let mut tx = db.begin().await?;
        insert(&mut tx, "jug", 2, 2).await?;
        insert(&mut tx, "pot", 3, 3).await?;
        tx.rollback().await?;
        assert_eq!(count(&db).await, 1);
        put(&db, "pot", 3).await
    })
    .await
    .unwrap();

    assert_eq!(count(&db).await, 2);
}

#[tokio::test]
async fn one_inside_of_another_can_fail_alone() {
    let database = open().await;
    let db = database.db();

    db.atomically(async {
        put(&db, "cup", 1).await?;
        let refused = db
            .atomically(async {
                put(&db, "jug", 2).await?;
                put_in_transaction(&db, "pot", 3).await?;
                put(&db, "pot", 4).await
            })
            .await;
        assert_eq!(refused.unwrap_err().unique_key(), Some("things_name_key"));
        assert_eq!(count(&db).await, 1);
        db.atomically(async {
            put_in_transaction(&db, "jug", 2).await?;
            put(&db, "pot", 3).await
        })
        .await
    })
    .await
    .unwrap();

    assert_eq!(count(&db).await, 3);
}

#[tokio::test]
async fn what_is_to_be_done_afterwards_waits_for_the_whole() {
    let database = open().await;
    let db = database.db();
    let diary = Arc::new(Mutex::new(Vec::new()));
    let note = |what: &'static str| {
        let diary = Arc::clone(&diary);
        move || diary.lock().unwrap().push(what)
    };
    let committed = async |what| {
        let mut tx = db.begin().await?;
        tx.on_commit(note(what));
        tx.commit().await
    };

    db.atomically(async {
        committed("first").await?;
        let mut tx = db.begin().await?;
        tx.on_commit(note("rolled back"));
        tx.rollback().await?;
        db.atomically(async {
            committed("in a part that is undone").await?;
            Err::<(), _>(Error::NotFound)
        })
        .await
        .unwrap_err();
        committed("second").await?;
        assert!(diary.lock().unwrap().is_empty());
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
    db.atomically(async {
        committed("in a whole that is undone").await?;
        Err::<(), _>(Error::NotFound)
    })
    .await
    .unwrap_err();

    assert_eq!(*diary.lock().unwrap(), ["first", "second"]);
}

#[tokio::test]
async fn a_transaction_dropped_inside_takes_the_whole_with_it() {
    let database = open().await;
    let db = database.db();

    let outcome = db
        .atomically(async {
            put(&db, "cup", 1).await?;
            let mut tx = db.begin().await?;
            insert(&mut tx, "jug", 2, 2).await?;
            drop(tx);
            let refused = put(&db, "pot", 3).await;
            assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
            Ok::<_, Error>(())
        })
        .await;

    assert!(matches!(outcome, Err(Error::Unavailable(_))), "{outcome:?}");
    assert_eq!(count(&db).await, 0);
    put(&db, "cup", 1).await.unwrap();
    assert_eq!(count(&db).await, 1);
}

#[tokio::test]
async fn the_refusal_that_dropped_a_transaction_is_the_one_told() {
    let database = open().await;
    let db = database.db();

    let outcome = db
        .atomically(async {
            let mut tx = db.begin().await?;
            insert(&mut tx, "cup", 1, 1).await?;
            insert(&mut tx, "cup", 2, 2).await?;
            tx.commit().await
        })
        .await;

    assert_eq!(outcome.unwrap_err().unique_key(), Some("things_name_key"));
    assert_eq!(count(&db).await, 0);
}

/// As a server does with a request that it has no more use for.
#[tokio::test]
async fn dropped_in_the_middle_it_leaves_nothing() {
    let database = open().await;
    let db = database.db();
    for holds_a_transaction in [false, true] {
        let (reached, wait) = oneshot::channel();
        let task = tokio::spawn({
            let db = db.clone();
            async move {
                db.atomically(async {
                    put(&db, "cup", 1).await?;
                    let tx = match holds_a_transaction {
                        true => Some(db.begin().await?),
                        false => None,
                    };
                    reached.send(()).unwrap();
                    std::future::pending::<()>().await;
                    drop(tx);
                    Ok::<_, Error>(())
                })
                .await
            }
        });
        wait.await.unwrap();
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());

        assert_eq!(count(&db).await, 0);
        put_in_transaction(&db, "jug", 1).await.unwrap();
        let other = Db::open(database.url(), 1).await.unwrap();
        assert_eq!(count(&other).await, 1);
        execute(&mut db.write().await.unwrap(), "DELETE FROM things")
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_second_connection_is_refused_at_once() {
    let database = open().await;
    let db = database.db();

    let outcome = db
        .atomically(async {
            let held = db.read().await?;
            for refused in [
                db.read().await.map(drop),
                db.write().await.map(drop),
                db.begin().await.map(drop),
                db.atomically(async { Ok(()) }).await,
            ] {
                assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
            }
            drop(held);
            put(&db, "cup", 1).await
        })
        .await;

    outcome.unwrap();
    assert_eq!(count(&db).await, 1);
}

#[tokio::test]
async fn a_connection_kept_beyond_the_end_is_closed_and_nothing_is_kept() {
    let database = open().await;
    let db = database.db();

    let mut kept = None;
    let outcome = db
        .atomically(async {
            put(&db, "cup", 1).await?;
            kept = Some(db.write().await?);
            Ok::<_, Error>(())
        })
        .await;

    assert!(matches!(outcome, Err(Error::Unavailable(_))), "{outcome:?}");
    drop(kept);
    assert_eq!(count(&db).await, 0);
    put(&db, "cup", 1).await.unwrap();
    assert_eq!(count(&db).await, 1);
}

#[tokio::test]
async fn what_only_the_end_can_refuse_undoes_the_whole() {
    let database = open().await;
    let db = database.db();
    let was_told = Arc::new(Mutex::new(false));

    let told = Arc::clone(&was_told);
    let refused = db
        .atomically(async {
            put(&db, "cup", 1).await?;
            let mut tx = db.begin().await?;
            tx.on_commit(move || *told.lock().unwrap() = true);
            label(&mut tx, "no such thing").await?;
            tx.commit().await
        })
        .await;

    assert!(matches!(refused, Err(Error::ForeignKey(_))), "{refused:?}");
    assert!(!*was_told.lock().unwrap());
    assert_eq!(count(&db).await, 0);
}

/// PostgreSQL undoes everything then, and says so only to who asks.
#[tokio::test]
async fn a_fault_that_was_passed_over_is_not_taken_for_success() {
    let database = open().await;
    let db = database.db();
    let pass_over = async |db: &Db| {
        let mut tx = db.begin().await?;
        insert(&mut tx, "cup", 1, 1).await?;
        drop(execute(&mut tx, "SELECT nonsense").await);
        tx.commit().await
    };

    let by_itself = pass_over(&db).await;
    let kept = count(&db).await;
    assert_eq!(kept, i64::from(by_itself.is_ok()));

    let joined = db
        .atomically(async {
            put(&db, "jug", 2).await?;
            drop(execute(&mut *db.read().await?, "SELECT nonsense").await);
            Ok::<_, Error>(())
        })
        .await;
    assert_eq!(count(&db).await, kept + i64::from(joined.is_ok()));
}

#[tokio::test]
async fn another_database_and_another_task_are_not_part_of_it() {
    let (database, elsewhere) = (TestDb::open().await, open().await);
    let (db, other) = (database.db(), elsewhere.db());
    create(&db).await;

    let task = db.clone();
    db.atomically(async {
        put(&db, "cup", 1).await?;
        put(&other, "cup", 1).await?;
        other
            .atomically(async {
                put(&other, "jug", 2).await?;
                put(&db, "jug", 2).await
            })
            .await?;
        let seen = tokio::spawn(async move { count(&task).await });
        assert_eq!(seen.await.unwrap(), 0);
        Err::<(), _>(Error::NotFound)
    })
    .await
    .unwrap_err();

    assert_eq!(count(&db).await, 0);
    assert_eq!(count(&other).await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_at_once_and_one_connection_are_no_trouble() {
    let database = open().await;
    let db = database.db();

    let writers: Vec<_> = (0..32)
        .map(|n| {
            let db = db.clone();
            tokio::spawn(async move {
                db.atomically(async {
                    put(&db, &format!("cup {n}"), n).await?;
                    put_in_transaction(&db, &format!("jug {n}"), 100 + n).await?;
                    match n % 2 {
                        0 => Ok(()),
                        _ => Err(Error::NotFound),
                    }
                })
                .await
            })
        })
        .collect();
    for writer in writers {
        drop(writer.await.unwrap());
    }

    assert_eq!(count(&db).await, 32);
}
