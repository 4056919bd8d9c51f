//! Transactions that meet another one: the closure runs again.

use std::{
    future::ready,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use diesel::{
    QueryResult,
    result::{DatabaseErrorKind, Error as Diesel},
};
use loggia_db::{Backend, Error, Result, Work, run};
use loggia_testkit::TestDb;
use tokio::sync::Barrier;

use crate::things::{Diary, count, create, execute, put};

/// A statement that meets a serialization failure, which neither database can be made to report at will.
async fn conflict(work: &mut Work) -> Result<()> {
    let refused = || {
        let kind = DatabaseErrorKind::SerializationFailure;
        let message = Box::new("could not serialize access".to_owned());
        ready(QueryResult::<()>::Err(Diesel::DatabaseError(kind, message)))
    };
    run!(work, Postgres(|_c| refused()), Sqlite(|_c| refused()))
}

/// An error of a service, which does not say what the database said.
#[derive(Debug, PartialEq)]
enum Wrapped {
    Store,
    Refused,
}

impl From<Error> for Wrapped {
    fn from(_: Error) -> Self {
        Self::Store
    }
}

#[tokio::test]
async fn runs_again_after_a_conflict_whatever_a_service_made_of_it() {
    let database = TestDb::with_pool(1).await;
    let db = database.db();
    create(&db).await;
    let (runs, diary) = (AtomicUsize::new(0), Diary::default());

    db.transaction(async |work: &mut Work| {
        let run = runs.fetch_add(1, Ordering::Relaxed);
        work.after_commit(diary.note("committed"));
        put(work, "cup", 1).await?;
        if run < 2 && conflict(work).await.is_err() {
            return Err(Wrapped::Refused);
        }
        Ok(())
    })
    .await
    .unwrap();

    assert_eq!(runs.into_inner(), 3);
    assert_eq!(diary.notes(), ["committed"]);
    assert_eq!(count(&db).await, 1);
}

#[tokio::test]
async fn runs_again_after_a_conflict_that_was_passed_over() {
    let database = TestDb::with_pool(1).await;
    let db = database.db();
    create(&db).await;
    let runs = AtomicUsize::new(0);

    db.transaction(async |work: &mut Work| {
        put(work, "cup", 1).await?;
        if runs.fetch_add(1, Ordering::Relaxed) == 0 {
            drop(conflict(work).await);
        }
        Ok::<_, Error>(())
    })
    .await
    .unwrap();

    assert_eq!(runs.into_inner(), 2);
    assert_eq!(count(&db).await, 1);
}

#[tokio::test]
async fn gives_up_after_three_retries() {
    let database = TestDb::with_pool(1).await;
    let db = database.db();
    create(&db).await;
    let runs = AtomicUsize::new(0);

    let refused = db
        .transaction(async |work: &mut Work| {
            runs.fetch_add(1, Ordering::Relaxed);
            put(work, "cup", 1).await?;
            match conflict(work).await {
                Ok(()) => Ok(()),
                Err(_) => Err(Wrapped::Refused),
            }
        })
        .await;

    assert_eq!(refused, Err(Wrapped::Refused));
    assert_eq!(runs.into_inner(), 4);
    assert_eq!(count(&db).await, 0);
}

#[tokio::test]
async fn runs_once_after_any_other_error() {
    let database = TestDb::with_pool(1).await;
    let db = database.db();
    create(&db).await;
    let runs = AtomicUsize::new(0);

    let refused = db
        .transaction(async |work: &mut Work| {
            runs.fetch_add(1, Ordering::Relaxed);
            put(work, "cup", 1).await?;
            put(work, "cup", 2).await?;
            Ok::<_, Wrapped>(())
        })
        .await;

    assert_eq!(refused, Err(Wrapped::Store));
    assert_eq!(runs.into_inner(), 1);
}

#[tokio::test]
async fn a_nested_one_does_not_run_again_by_itself() {
    let database = TestDb::with_pool(1).await;
    let db = database.db();
    create(&db).await;
    let (outer, inner) = (AtomicUsize::new(0), AtomicUsize::new(0));

    db.transaction(async |work: &mut Work| {
        let run = outer.fetch_add(1, Ordering::Relaxed);
        work.transaction(async |work: &mut Work| {
            inner.fetch_add(1, Ordering::Relaxed);
            put(work, "cup", 1).await?;
            if run == 0 {
                conflict(work).await?;
            }
            Ok::<_, Error>(())
        })
        .await
    })
    .await
    .unwrap();

    assert_eq!((outer.into_inner(), inner.into_inner()), (2, 2));
    assert_eq!(count(&db).await, 1);
}

/// SQLite has one writer, so its transactions do not meet.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_of_two_that_deadlock_both_are_kept() {
    let database = TestDb::open().await;
    let db = database.db();
    if db.backend() == Backend::Sqlite {
        return;
    }
    create(&db).await;
    for (place, name) in (0..).zip(["cup", "jug"]) {
        put(&mut db.work(), name, place).await.unwrap();
    }
    let meet = Arc::new(Barrier::new(2));
    let runs = Arc::new(AtomicUsize::new(0));
    let tasks = [("cup", "jug"), ("jug", "cup")].map(|(first, second)| {
        let (db, meet, runs) = (db.clone(), Arc::clone(&meet), Arc::clone(&runs));
        tokio::spawn(async move {
            let is_first_run = AtomicUsize::new(0);
            db.transaction(async |work: &mut Work| {
                runs.fetch_add(1, Ordering::Relaxed);
                execute(work, "SET LOCAL deadlock_timeout = '10ms'").await?;
                let raise =
                    |name| format!("UPDATE things SET place = place + 10 WHERE name = '{name}'");
                execute(work, &raise(first)).await?;
                if is_first_run.fetch_add(1, Ordering::Relaxed) == 0 {
                    meet.wait().await;
                }
                execute(work, &raise(second)).await
            })
            .await
        })
    });

    for task in tasks {
        task.await.unwrap().unwrap();
    }

    assert_eq!(runs.load(Ordering::Relaxed), 3);
    // Twice for each of the two.
    let raised = "DELETE FROM things WHERE place IN (20, 21)";
    execute(&mut db.work(), raised).await.unwrap();
    assert_eq!(count(&db).await, 0);
}
