//! Requests that wait for the writer: idle, dropped, numerous, and beside other processes and runtimes.

use std::{
    cell::Cell,
    pin::pin,
    sync::atomic::{AtomicUsize, Ordering},
};

use futures_util::{FutureExt, future::join_all};
use loggia_db::{Error, Result};
use rstest::rstest;
use tokio::sync::{Notify, oneshot};

use super::{Stage, open, put_alone, put_in_transaction};
use crate::things::{count, execute, put, seen};

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
