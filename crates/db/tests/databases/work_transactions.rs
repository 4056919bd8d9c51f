//! Transactions and savepoints of a unit of work: what is kept, and which actions run.

use std::sync::Arc;

use loggia_db::{Db, Error, Result, RunQueryDsl, TransactionBody, Work};
use loggia_testkit::TestDb;

use crate::things::{Diary, count, create, execute, put, put_dangling_label, seen};

/// A database with the smallest pool: a second connection would be waited for in vain.
async fn open() -> TestDb {
    let database = TestDb::with_pool(1).await;
    create(&database.db()).await;
    database
}

#[tokio::test]
async fn is_kept_as_a_whole_and_sees_what_it_wrote() {
    let database = open().await;
    let db = database.db();
    let other = Db::open(database.url(), 1).await.unwrap();

    let number = db
        .transaction(async |work| {
            put(work, "cup", 1).await?;
            put(work, "jug", 2).await?;
            assert_eq!(count(&other).await, 0);
            assert_eq!(seen(&mut work.scan()).await?, 2);
            seen(work).await
        })
        .await
        .unwrap();

    assert_eq!(number, 2);
    assert_eq!(count(&other).await, 2);
}

#[tokio::test]
async fn is_undone_as_a_whole() {
    let database = open().await;
    let db = database.db();

    let refused = db
        .transaction(async |work| {
            put(work, "cup", 1).await?;
            Err::<(), _>(Error::NotFound)
        })
        .await;

    assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
    assert_eq!(count(&db).await, 0);
    put(&mut db.work(), "cup", 1).await.unwrap();
}

#[tokio::test]
async fn a_nested_one_is_undone_by_itself() {
    let database = open().await;
    let db = database.db();

    db.transaction(async |work| {
        put(work, "cup", 1).await?;
        let refused = work
            .transaction(async |work| {
                put(work, "jug", 2).await?;
                work.transaction(async |work| put(work, "pot", 3).await).await?;
                Err::<(), _>(Error::NotFound)
            })
            .await;
        assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
        assert_eq!(seen(work).await?, 1);
        work.transaction(async |work| put(work, "pot", 3).await).await
    })
    .await
    .unwrap();

    assert_eq!(count(&db).await, 2);
}

#[tokio::test]
async fn goes_on_after_a_failed_statement_in_a_nested_one() {
    let database = open().await;
    let db = database.db();

    db.transaction(async |work| {
        put(work, "cup", 1).await?;
        let refused = work.transaction(async |work| put(work, "cup", 2).await).await;
        assert_eq!(refused.unwrap_err().unique_key(), Some("things_name_key"));
        put(work, "jug", 2).await
    })
    .await
    .unwrap();

    assert_eq!(count(&db).await, 2);
}

#[tokio::test]
async fn keeps_nothing_after_a_failed_statement() {
    let database = open().await;
    let db = database.db();

    let outcome = db
        .transaction(async |work: &mut Work| -> Result<()> {
            put(work, "cup", 1).await?;
            put(work, "cup", 2).await.unwrap_err();
            for refused in [
                put(work, "jug", 3).await,
                seen(work).await.map(drop),
                work.transaction(async |work| put(work, "jug", 3).await).await,
            ] {
                assert!(matches!(refused, Err(Error::Aborted)), "{refused:?}");
            }
            Ok(())
        })
        .await;

    assert!(matches!(outcome, Err(Error::Aborted)), "{outcome:?}");
    assert_eq!(count(&db).await, 0);
    put(&mut db.work(), "cup", 1).await.unwrap();
}

#[tokio::test]
async fn a_nested_one_keeps_nothing_after_a_failed_statement() {
    let database = open().await;
    let db = database.db();

    db.transaction(async |work| {
        let refused = work
            .transaction(async |work: &mut Work| -> Result<()> {
                put(work, "cup", 1).await?;
                put(work, "cup", 2).await.unwrap_err();
                Ok(())
            })
            .await;
        assert!(matches!(refused, Err(Error::Aborted)), "{refused:?}");
        put(work, "jug", 1).await
    })
    .await
    .unwrap();

    assert_eq!(count(&db).await, 1);
}

#[tokio::test]
async fn an_absent_row_is_not_a_failure() {
    use diesel::{ExpressionMethods, QueryDsl};

    use crate::things::things;

    let database = open().await;
    let db = database.db();

    db.transaction(async |work| {
        let name = loggia_db::run!(work, |c| things::table
            .filter(things::shelf.eq(7))
            .select(things::name)
            .first::<String>(c));
        assert!(matches!(name, Err(Error::NotFound)), "{name:?}");
        put(work, "cup", 1).await
    })
    .await
    .unwrap();

    assert_eq!(count(&db).await, 1);
}

#[tokio::test]
async fn actions_run_once_all_is_kept() {
    let database = open().await;
    let db = database.db();
    let diary = Diary::default();

    db.transaction(async |work| {
        work.after_commit(diary.note("first"));
        put(work, "cup", 1).await?;
        work.transaction(async |work| {
            work.after_commit(diary.note("second"));
            put(work, "jug", 2).await
        })
        .await?;
        work.transaction(async |work| {
            work.after_commit(diary.note("in a savepoint that is rolled back"));
            Err::<(), _>(Error::NotFound)
        })
        .await
        .unwrap_err();
        work.after_commit(diary.note("third"));
        assert!(diary.notes().is_empty());
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
    db.transaction(async |work| {
        work.after_commit(diary.note("in a transaction that is rolled back"));
        Err::<(), _>(Error::NotFound)
    })
    .await
    .unwrap_err();

    assert_eq!(diary.notes(), ["first", "second", "third"]);
}

#[tokio::test]
async fn an_action_may_use_the_connection() {
    let database = open().await;
    let db = database.db();
    let (done, wait) = tokio::sync::oneshot::channel();
    let done = Arc::new(std::sync::Mutex::new(Some(done)));

    db.transaction(async |work| {
        let (db, done) = (db.clone(), Arc::clone(&done));
        work.after_commit(move || {
            tokio::spawn(async move {
                let number = seen(&mut db.work()).await;
                let done = done.lock().unwrap().take().unwrap();
                done.send(number).unwrap();
            });
        });
        put(work, "cup", 1).await
    })
    .await
    .unwrap();

    assert_eq!(wait.await.unwrap().unwrap(), 1);
}

#[tokio::test]
async fn a_commit_that_fails_keeps_nothing_and_runs_no_action() {
    let database = open().await;
    let db = database.db();
    let diary = Diary::default();

    let refused = db
        .transaction(async |work| {
            work.after_commit(diary.note("kept"));
            put(work, "cup", 1).await?;
            put_dangling_label(work).await
        })
        .await;

    assert!(matches!(refused, Err(Error::ForeignKey(_))), "{refused:?}");
    assert!(diary.notes().is_empty());
    assert_eq!(count(&db).await, 0);
    put(&mut db.work(), "cup", 1).await.unwrap();
}

/// SQLite rolls back the whole transaction for some errors, and would commit what follows statement by statement.
#[tokio::test]
async fn nothing_is_kept_after_a_rollback_by_the_database_itself() {
    let database = open().await;
    let db = database.db();
    let rollback = match db.backend() {
        loggia_db::Backend::Postgres => "ROLLBACK",
        loggia_db::Backend::Sqlite => "INSERT OR ROLLBACK INTO things VALUES ('cup', 1, 1)",
    };

    let outcome = db
        .transaction(async |work: &mut Work| -> Result<()> {
            put(work, "cup", 1).await?;
            let nested = work
                .transaction(async |work| {
                    put(work, "jug", 2).await?;
                    execute(work, rollback).await
                })
                .await;
            assert!(nested.is_err());
            let refused = put(work, "pot", 3).await;
            assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
            Ok(())
        })
        .await;

    assert!(matches!(outcome, Err(Error::Unavailable(_))), "{outcome:?}");
    assert_eq!(count(&db).await, 0);
    put(&mut db.work(), "cup", 1).await.unwrap();
}

/// A wrapper around any use case, as support for idempotency keys is one.
async fn noted<T, E, F>(db: &Db, body: F) -> std::result::Result<T, E>
where
    F: for<'w> TransactionBody<'w, T, E>,
    T: Send,
    E: From<Error> + Send,
{
    db.transaction(async |work: &mut Work| {
        let done = work.transaction(&body).await;
        put(work, "note", 100).await?;
        Ok(done)
    })
    .await?
}

#[tokio::test]
async fn a_wrapper_keeps_its_own_change_with_or_without_that_of_the_body() {
    let database = open().await;
    let db = database.db();
    let name = "cup".to_owned();

    let refused = noted(&db, async |work: &mut Work| {
        put(work, &name, 1).await?;
        Err::<(), _>(Error::NotFound)
    })
    .await;

    assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
    assert_eq!(count(&db).await, 1);
}

/// Services are trait objects, and handlers spawn what uses them.
#[tokio::test]
async fn can_be_spawned_from_behind_an_object() {
    trait Shelf: Send + Sync {
        fn fill<'a>(
            &'a self,
            work: &'a mut Work,
        ) -> futures_util::future::BoxFuture<'a, Result<i64>>;
    }
    struct Plain(String);
    impl Shelf for Plain {
        fn fill<'a>(
            &'a self,
            work: &'a mut Work,
        ) -> futures_util::future::BoxFuture<'a, Result<i64>> {
            Box::pin(work.transaction(async |work| {
                put(work, &self.0, 1).await?;
                seen(work).await
            }))
        }
    }
    let database = open().await;
    let db = database.db();
    let shelf: Arc<dyn Shelf> = Arc::new(Plain("cup".to_owned()));

    let task = db.clone();
    let number =
        tokio::spawn(async move { task.transaction(async |work| shelf.fill(work).await).await })
            .await
            .unwrap();

    assert_eq!(number.unwrap(), 1);
    assert_eq!(count(&db).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_at_once_and_one_connection_are_enough() {
    let database = open().await;
    let db = database.db();
    let tasks: Vec<_> = (0..32)
        .map(|n| {
            let db = db.clone();
            tokio::spawn(async move {
                db.transaction(async |work| {
                    put(work, &format!("cup {n}"), n).await?;
                    work.transaction(async |work| put(work, &format!("jug {n}"), 100 + n).await)
                        .await?;
                    match n % 2 {
                        0 => Ok(()),
                        _ => Err(Error::NotFound),
                    }
                })
                .await
            })
        })
        .collect();

    for (n, task) in tasks.into_iter().enumerate() {
        assert_eq!(task.await.unwrap().is_ok(), n % 2 == 0);
    }

    assert_eq!(count(&db).await, 32);
}
