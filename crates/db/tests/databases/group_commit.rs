//! SQLite's group commit: what waits for the writer at the same time shares a commit, and each fares as it would alone.

use std::{
    cell::Cell,
    fs,
    path::PathBuf,
    pin::pin,
    sync::atomic::{AtomicUsize, Ordering},
};

use futures_util::{FutureExt, future::join_all};
use loggia_db::{Db, Error, Result, Work};
use rstest::rstest;
use tempfile::TempDir;
use tokio::sync::{Notify, oneshot};

use crate::things::{count, create, execute, put, put_dangling_label, seen};

struct Stage {
    db: Db,
    file: PathBuf,
    _folder: TempDir,
}

impl Stage {
    async fn set() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("loggia.db");
        let db = open(&file).await;
        create(&db).await;
        Self { db, file, _folder: folder }
    }

    /// Has all of `requests` wait for a transaction to end, so that they form one group.
    async fn together<T>(
        &self,
        requests: impl IntoIterator<Item = impl Future<Output = T>>,
    ) -> Vec<T> {
        let (begun, released) = (Notify::new(), Notify::new());
        let hold = self.db.transaction(async |_: &mut Work| {
            begun.notify_one();
            released.notified().await;
            Ok::<_, Error>(())
        });
        let wait = async {
            begun.notified().await;
            let mut all = pin!(join_all(requests));
            // The first poll queues them all.
            assert!((&mut all).now_or_never().is_none());
            released.notify_one();
            all.await
        };
        let (held, outcomes) = tokio::join!(hold, wait);
        held.unwrap();
        outcomes
    }

    fn log_bytes(&self) -> u64 {
        let log = self.file.with_extension("db-wal");
        fs::metadata(log).unwrap().len()
    }
}

async fn open(file: &std::path::Path) -> Db {
    let url = format!("sqlite://{}", file.display());
    Db::open(&url, 2).await.unwrap()
}

async fn put_alone(db: &Db, n: i64) -> Result<()> {
    put(&mut db.work(), &format!("cup{n}"), n).await
}

async fn put_in_transaction(db: &Db, n: i64) -> Result<()> {
    db.transaction(async |work| put(work, &format!("cup{n}"), n).await).await
}

#[rstest]
#[tokio::test]
async fn those_that_wait_together_share_a_commit(#[values(false, true)] are_transactions: bool) {
    let stage = Stage::set().await;
    let db = &stage.db;
    let put = async |n| match are_transactions {
        true => put_in_transaction(db, n).await,
        false => put_alone(db, n).await,
    };
    let before = stage.log_bytes();
    for n in 0..16 {
        put(n).await.unwrap();
    }
    let one_by_one = stage.log_bytes() - before;

    let before = stage.log_bytes();
    for outcome in stage.together((16..32).map(put)).await {
        outcome.unwrap();
    }

    let together = stage.log_bytes() - before;
    // Each commit writes the pages that it changed, and all change the same few.
    assert!(together * 8 < one_by_one, "{together} of {one_by_one}");
    assert_eq!(count(db).await, 32);
}

#[tokio::test]
async fn the_failure_of_one_statement_is_not_that_of_another() {
    let stage = Stage::set().await;
    let db = &stage.db;
    put(&mut db.work(), "taken", 0).await.unwrap();

    let outcomes = stage
        .together((1..=60).map(async |n| match n % 6 {
            // Fails at once.
            0 => put(&mut db.work(), "taken", n).await,
            // Fails at the commit, with the valid one before it.
            2 => put_dangling_label(&mut db.work()).await,
            // Undoes the whole transaction that it is part of.
            4 => {
                let sql = "INSERT OR ROLLBACK INTO things VALUES ('taken', 2, 1)";
                execute(&mut db.work(), sql).await
            }
            _ => put_alone(db, n).await,
        }))
        .await;

    for (n, outcome) in (1..).zip(outcomes) {
        match n % 6 {
            2 => assert!(matches!(outcome, Err(Error::ForeignKey(_))), "{n}: {outcome:?}"),
            0 | 4 => assert!(matches!(outcome, Err(Error::Unique(_))), "{n}: {outcome:?}"),
            _ => outcome.unwrap(),
        }
    }
    // Each once, whatever was undone around it.
    assert_eq!(count(db).await, 1 + 30);
}

#[tokio::test]
async fn the_failure_of_one_transaction_is_not_that_of_another() {
    let stage = Stage::set().await;
    let db = &stage.db;
    put(&mut db.work(), "taken", 0).await.unwrap();

    let outcomes = stage
        .together((1..=48).map(async |n| {
            match n % 6 {
                // Fails at once, and is rolled back.
                0 => {
                    db.transaction(async |work| {
                        put(work, &format!("jug{n}"), 100 + n).await?;
                        put(work, "taken", n).await
                    })
                    .await
                }
                // Fails at the commit of the group, with all the others.
                2 => db.transaction(async |work| put_dangling_label(work).await).await,
                // Undoes the group's transaction.
                4 => {
                    db.transaction(async |work| {
                        let sql = "INSERT OR ROLLBACK INTO things VALUES ('taken', 2, 1)";
                        execute(work, sql).await
                    })
                    .await
                }
                5 => put_alone(db, n).await,
                _ => put_in_transaction(db, n).await,
            }
        }))
        .await;

    for (n, outcome) in (1..).zip(outcomes) {
        match n % 6 {
            2 => assert!(matches!(outcome, Err(Error::ForeignKey(_))), "{n}: {outcome:?}"),
            0 | 4 => assert!(matches!(outcome, Err(Error::Unique(_))), "{n}: {outcome:?}"),
            _ => outcome.unwrap(),
        }
    }
    assert_eq!(count(db).await, 1 + 24);
}

/// Otherwise a caller could be told that a name is taken, and then not find who has it.
#[tokio::test]
async fn an_error_waits_for_the_changes_that_caused_it() {
    let stage = Stage::set().await;
    let db = &stage.db;

    let outcomes = stage
        .together((0..3).map(async |n| {
            let outcome = db
                .transaction(async |work| match n {
                    // Makes the commit of the group come late.
                    2 => {
                        for place in 10..500 {
                            put(work, &format!("jug{place}"), place).await?;
                        }
                        Ok(())
                    }
                    n => put(work, "cup", n).await,
                })
                .await;
            (outcome, count(db).await)
        }))
        .await;

    let numbers: Vec<_> = outcomes.iter().map(|(_, number)| *number).collect();
    assert_eq!(numbers, [491, 491, 491]);
    let refused = &outcomes[1].0;
    assert!(matches!(refused, Err(Error::Unique(_))), "{refused:?}");
}

#[tokio::test]
async fn an_invalid_statement_fails_alone() {
    let stage = Stage::set().await;
    let db = &stage.db;

    let outcomes = stage
        .together((0..9).map(async |n| match n % 3 {
            1 => execute(&mut db.work(), "NONSENSE").await,
            _ => put_alone(db, n).await,
        }))
        .await;

    for (n, outcome) in (0..).zip(outcomes) {
        match n % 3 {
            1 => assert!(matches!(outcome, Err(Error::Query(_))), "{n}: {outcome:?}"),
            _ => outcome.unwrap(),
        }
    }
    assert_eq!(count(db).await, 6);
}

#[tokio::test]
async fn a_transaction_sees_its_own_changes_and_those_before_it() {
    let stage = Stage::set().await;
    let db = &stage.db;

    let outcomes = stage
        .together((0..8).map(async |n| {
            db.transaction(async |work| {
                put(work, &format!("cup{n}"), n).await?;
                // Not those of one that was rolled back.
                if n % 2 == 1 {
                    return Err(Error::NotFound);
                }
                seen(work).await
            })
            .await
        }))
        .await;

    let numbers: Vec<_> = outcomes.into_iter().filter_map(Result::ok).collect();
    assert_eq!(numbers, [1, 2, 3, 4]);
    assert_eq!(count(db).await, 4);
}

/// The other one hears of its success only once the idle one is out of the way; and that one runs again.
#[tokio::test]
async fn a_transaction_that_is_idle_in_a_group_runs_again_alone() {
    let stage = Stage::set().await;
    let db = &stage.db;
    let (runs, is_done) = (AtomicUsize::new(0), Notify::new());
    let idle = async {
        db.transaction(async |work| {
            put(work, "jug", 0).await?;
            if runs.fetch_add(1, Ordering::Relaxed) == 0 {
                is_done.notified().await;
            }
            put(work, "pot", 1).await
        })
        .await
    };
    let other = async {
        let outcome = put_alone(db, 2).await;
        is_done.notify_one();
        outcome
    };

    for outcome in stage.together([idle.boxed_local(), other.boxed_local()]).await {
        outcome.unwrap();
    }

    assert_eq!(runs.load(Ordering::Relaxed), 2);
    assert_eq!(count(db).await, 3);
}

/// A client that leaves in the middle of a scan takes no connection with it.
#[tokio::test]
async fn a_scan_that_is_dropped_returns_its_connection() {
    let stage = Stage::set().await;
    let db = &stage.db;
    for n in 0..50 {
        put_alone(db, n).await.unwrap();
    }
    // Long enough that as a rule it has not ended when it is dropped.
    let long = "SELECT count(*) FROM things AS a, things AS b, things AS c";
    for _ in 0..4 {
        let mut work = db.work();
        let mut scan = work.scan();
        let mut running = Box::pin(execute(&mut scan, long));
        // On a busy machine it may have ended before it is first polled; that does no harm.
        drop((&mut running).now_or_never());
    }

    assert_eq!(seen(&mut db.work().scan()).await.unwrap(), 50);
}

#[tokio::test]
async fn a_statement_dropped_before_its_turn_does_not_run() {
    let stage = Stage::set().await;
    let db = &stage.db;

    let outcomes = stage
        .together((0..4).map(async |n| {
            match n % 2 {
                0 => drop(put_alone(db, n).now_or_never()),
                _ => drop(put_in_transaction(db, n).now_or_never()),
            }
            put_alone(db, 10 + n).await
        }))
        .await;

    for outcome in outcomes {
        outcome.unwrap();
    }
    assert_eq!(count(db).await, 4);
}

#[tokio::test]
async fn more_requests_than_the_queue_holds_are_all_served() {
    let stage = Stage::set().await;
    let db = &stage.db;

    let outcomes = stage.together((0..1500).map(|n| put_alone(db, n))).await;

    for outcome in outcomes {
        outcome.unwrap();
    }
    assert_eq!(count(db).await, 1500);
}

/// Writers that never pause leave room for others: else this would not end.
#[rstest]
#[tokio::test]
async fn nothing_starves_behind_writers_that_never_pause(
    #[values(false, true)] are_transactions: bool,
) {
    let stage = Stage::set().await;
    let db = &stage.db;
    let are_done = Cell::new(false);
    let written = Cell::new(0);
    let writers = (0..100).map(async |n| {
        let mut m = 0;
        while !are_done.get() {
            let place = n * 1_000_000 + m;
            match are_transactions {
                true => put_in_transaction(db, place).await.unwrap(),
                false => put_alone(db, place).await.unwrap(),
            }
            m += 1;
        }
        written.set(written.get() + m);
    });
    let others = async {
        for n in 0..8 {
            put_in_transaction(db, -1 - n).await.unwrap();
            put_alone(db, -100 - n).await.unwrap();
        }
        are_done.set(true);
    };

    tokio::join!(join_all(writers), others);

    assert!(0 < written.get());
    assert_eq!(count(db).await, written.get() + 16);
}

#[rstest]
#[tokio::test]
async fn a_second_process_that_writes_is_waited_for(#[values(false, true)] in_group: bool) {
    let stage = Stage::set().await;
    let db = &stage.db;
    let other = open(&stage.file).await;
    let (begun, release) = (Notify::new(), Notify::new());
    let hold = other.transaction(async |work| {
        put(work, "jug", -1).await?;
        begun.notify_one();
        release.notified().await;
        Ok::<_, Error>(())
    });
    let wait = async {
        begun.notified().await;
        let number = if in_group { 8 } else { 1 };
        let mut all = pin!(join_all((0..number).map(|n| put_in_transaction(db, n))));
        assert!((&mut all).now_or_never().is_none());
        // Readers do not wait.
        assert_eq!(count(db).await, 0);
        release.notify_one();
        for outcome in all.await {
            outcome.unwrap();
        }
        number
    };

    let (held, number) = tokio::join!(hold, wait);

    held.unwrap();
    assert_eq!(count(db).await, 1 + number);
}

/// The writer does not depend on the runtime that opened the database.
#[rstest]
fn a_request_outlives_the_runtime_that_opened_the_database(
    #[values(false, true)] is_transaction: bool,
) {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let main = runtime();
    let stage = main.block_on(Stage::set());
    let db = stage.db.clone();
    let (begun, wait) = oneshot::channel();
    let begun = std::sync::Mutex::new(Some(begun));
    let held = main.spawn(async move {
        db.transaction(async |work| {
            put(work, "jug", -1).await?;
            begun.lock().unwrap().take().unwrap().send(()).unwrap();
            std::future::pending::<Result<()>>().await
        })
        .await
    });
    main.block_on(wait).unwrap();
    let waiter = runtime();
    let db = &stage.db;
    let mut waiting = match is_transaction {
        true => put_in_transaction(db, 1).boxed_local(),
        false => put_alone(db, 1).boxed_local(),
    };
    waiter.block_on(async { assert!((&mut waiting).now_or_never().is_none()) });

    drop(main);

    waiter.block_on(waiting).unwrap();
    drop(held);
    assert_eq!(waiter.block_on(count(db)), 1);
}
