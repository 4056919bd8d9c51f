//! SQLite's statements that are transactions by themselves and wait at the same time: each fares as it would alone.

use std::{cell::Cell, fs, path::PathBuf};

use futures_util::{FutureExt, future::join_all};
use loggia_db::{Db, Error, Result};
use rstest::rstest;
use tempfile::TempDir;

use crate::things::{count, create, execute, insert, label};

struct Stage {
    db: Db,
    log: PathBuf,
    _folder: TempDir,
}

impl Stage {
    async fn set() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("loggia.db");
        let db = Db::open(&format!("sqlite://{}", file.display()), 2)
            .await
            .unwrap();
        create(&db).await;
        Self {
            db,
            log: file.with_extension("db-wal"),
            _folder: folder,
        }
    }

    /// Has all of `statements` wait for a transaction, and then runs them.
    async fn together<T>(
        &self,
        statements: impl IntoIterator<Item = impl Future<Output = T>>,
    ) -> Vec<T> {
        let tx = self.db.begin().await.unwrap();
        // Each is asked for before the transaction ends: `join` looks at the first of its two first.
        let (outcomes, ended) = tokio::join!(join_all(statements), tx.rollback());
        ended.unwrap();
        outcomes
    }

    fn log_bytes(&self) -> u64 {
        fs::metadata(&self.log).unwrap().len()
    }
}

async fn put(db: &Db, name: &str, place: i64) -> Result<()> {
    insert(&mut *db.write().await?, name, 1, place).await
}

#[tokio::test]
async fn those_who_wait_together_share_a_commit() {
    let stage = Stage::set().await;
    let db = &stage.db;
    let before = stage.log_bytes();
    for n in 0..16 {
        put(db, &format!("cup{n}"), n).await.unwrap();
    }
    let one_by_one = stage.log_bytes() - before;

    let before = stage.log_bytes();
    let outcomes = stage.together((16..32).map(async |n| put(db, &format!("cup{n}"), n).await));
    for outcome in outcomes.await {
        outcome.unwrap();
    }

    let together = stage.log_bytes() - before;
    // Each commit writes the pages that it changed, and all change the same few.
    assert!(together * 8 < one_by_one, "{together} of {one_by_one}");
    assert_eq!(count(db).await, 32);
}

#[tokio::test]
async fn the_fault_of_one_is_not_that_of_another() {
    let stage = Stage::set().await;
    let db = &stage.db;
    put(db, "taken", 0).await.unwrap();

    let outcomes = stage
        .together((1..=60).map(async |n| match n % 6 {
            // Refused at once.
            0 => put(db, "taken", n).await,
            // Refused when it is to be kept, with the innocent one before it.
            2 => label(&mut *db.write().await?, "no such thing").await,
            // Undoes whatever its transaction did, that of others included.
            4 => {
                let sql = "INSERT OR ROLLBACK INTO things VALUES ('taken', 2, 1)";
                execute(&mut *db.write().await?, sql).await
            }
            _ => put(db, &format!("cup{n}"), n).await,
        }))
        .await;

    for (n, outcome) in (1..).zip(outcomes) {
        match n % 6 {
            2 => assert!(
                matches!(outcome, Err(Error::ForeignKey(_))),
                "{n}: {outcome:?}"
            ),
            0 | 4 => assert!(matches!(outcome, Err(Error::Unique(_))), "{n}: {outcome:?}"),
            _ => outcome.unwrap(),
        }
    }
    // Each once, whatever was undone around it.
    assert_eq!(count(db).await, 1 + 30);
}

/// Whoever cannot be understood is a fault of ours, and nobody else's.
#[tokio::test]
async fn what_cannot_be_understood_is_refused_alone() {
    let stage = Stage::set().await;
    let db = &stage.db;

    let outcomes = stage
        .together((0..9).map(async |n| match n % 3 {
            1 => execute(&mut *db.write().await?, "SELECT nonsense").await,
            _ => put(db, &format!("cup{n}"), n).await,
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

/// A client who leaves in the middle of a scan takes nothing from those who scan after him.
#[tokio::test]
async fn a_scan_that_is_given_up_gives_its_connection_back() {
    let stage = Stage::set().await;
    let db = &stage.db;
    for n in 0..50 {
        put(db, &format!("cup{n}"), n).await.unwrap();
    }
    // More than a moment: as a rule it is not done when it is given up.
    let long = "SELECT count(*) FROM things AS a, things AS b, things AS c";
    for _ in 0..4 {
        let mut conn = db.scan().await.unwrap();
        let mut scan = Box::pin(execute(&mut conn, long));
        // On a busy machine it may be done before it is first looked at; that is no fault.
        drop((&mut scan).now_or_never());
        drop(scan);
        drop(conn);
    }

    let mut conn = db.scan().await.unwrap();
    execute(&mut conn, "SELECT count(*) FROM things")
        .await
        .unwrap();
}

#[tokio::test]
async fn who_gives_up_before_his_turn_has_not_asked() {
    let stage = Stage::set().await;
    let db = &stage.db;
    let tx = db.begin().await.unwrap();

    let mut given_up = Box::pin(put(db, "cup", 1));
    assert!((&mut given_up).now_or_never().is_none());
    drop(given_up);
    let (asked, ended) = tokio::join!(put(db, "jug", 2), tx.rollback());
    asked.unwrap();
    ended.unwrap();

    assert_eq!(count(db).await, 1);
}

/// Those who write without end are interrupted: else this would not end.
#[tokio::test]
async fn transactions_have_their_turn_among_many_statements() {
    let stage = Stage::set().await;
    let db = &stage.db;
    let are_done = Cell::new(false);
    let written = Cell::new(0);
    let writers = (0..200).map(async |n| {
        let mut m = 0;
        while !are_done.get() {
            put(db, &format!("cup{n}-{m}"), n * 1_000_000 + m)
                .await
                .unwrap();
            m += 1;
        }
        written.set(written.get() + m);
    });
    let transactions = async {
        for n in 0..8 {
            let mut tx = db.begin().await.unwrap();
            insert(&mut tx, &format!("jug{n}"), 2, n).await.unwrap();
            tx.commit().await.unwrap();
        }
        are_done.set(true);
    };

    tokio::join!(join_all(writers), transactions);

    assert!(0 < written.get());
    assert_eq!(count(db).await, written.get() + 8);
}

/// A server that is stopping leaves nobody waiting.
#[rstest]
fn the_end_of_the_runtime_is_told_to_who_waits(#[values(false, true)] has_begun: bool) {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    let main = runtime();
    let stage = main.block_on(Stage::set());
    let held = main.block_on(stage.db.begin()).unwrap();
    let waiter = runtime();
    let mut waiting = Box::pin(put(&stage.db, "cup", 1));
    waiter.block_on(async { assert!((&mut waiting).now_or_never().is_none()) });
    if has_begun {
        main.block_on(tokio::task::yield_now());
    }

    drop(main);

    let outcome = waiter.block_on(waiting);
    assert!(matches!(outcome, Err(Error::Unavailable(_))), "{outcome:?}");
    drop(held);
}
