//! Tests of transactions: commit, rollback, isolation and waiting for a connection.

use std::sync::{Arc, Mutex};

use futures_util::FutureExt;
use loggia_db::{Db, Error, Tx};
use loggia_testkit::TestDb;

use crate::things::{count, create, insert, label};

/// What happened, in order.
#[derive(Clone, Default)]
struct Diary(Arc<Mutex<Vec<&'static str>>>);

impl Diary {
    fn note_on_commit(&self, tx: &mut Tx, what: &'static str) {
        let diary = self.clone();
        tx.on_commit(move || diary.0.lock().unwrap().push(what));
    }

    fn notes(&self) -> Vec<&'static str> {
        self.0.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn a_committed_one_is_kept_and_seen_by_others_from_then_on() {
    let database = TestDb::open().await;
    let db = database.db();
    create(&db).await;
    let mut tx = db.begin().await.unwrap();
    insert(&mut tx, "cup", 1, 1).await.unwrap();
    // Readers do not wait for a writer, and do not see what may not be kept.
    assert_eq!(count(&db).await, 0);

    tx.commit().await.unwrap();

    assert_eq!(count(&db).await, 1);
}

#[tokio::test]
async fn of_a_dropped_one_nothing_stays_not_even_its_locks() {
    let database = TestDb::open().await;
    let db = database.db();
    create(&db).await;
    for _ in 0..5 {
        let mut tx = db.begin().await.unwrap();
        insert(&mut tx, "cup", 1, 1).await.unwrap();
        drop(tx);
    }

    // The same row: it would be in the way of itself.
    let mut tx = db.begin().await.unwrap();
    insert(&mut tx, "cup", 1, 1).await.unwrap();
    tx.commit().await.unwrap();

    assert_eq!(count(&db).await, 1);
}

#[tokio::test]
async fn of_one_that_is_rolled_back_nothing_stays() {
    let database = TestDb::open().await;
    let db = database.db();
    create(&db).await;
    let mut tx = db.begin().await.unwrap();
    insert(&mut tx, "cup", 1, 1).await.unwrap();
    tx.rollback().await.unwrap();

    let mut tx = db.begin().await.unwrap();
    insert(&mut tx, "cup", 1, 1).await.unwrap();
    let error = tx.abandon(Error::NotFound).await;

    assert!(matches!(error, Error::NotFound));
    assert_eq!(count(&db).await, 0);
}

#[tokio::test]
async fn a_refused_statement_leaves_the_connection_usable() {
    let database = TestDb::with_pool(1).await;
    let db = database.db();
    create(&db).await;
    insert(&mut db.write().await.unwrap(), "cup", 1, 1)
        .await
        .unwrap();

    let mut tx = db.begin().await.unwrap();
    let error = insert(&mut tx, "cup", 2, 2).await.unwrap_err();
    let error = tx.abandon(error).await;

    assert_eq!(error.unique_key(), Some("things_name_key"));
    insert(&mut db.write().await.unwrap(), "jug", 2, 2)
        .await
        .unwrap();
    assert_eq!(count(&db).await, 2);
}

#[tokio::test]
async fn what_is_to_be_done_afterwards_is_done_once_it_is_kept() {
    let database = TestDb::open().await;
    let db = database.db();
    create(&db).await;
    let diary = Diary::default();

    let mut tx = db.begin().await.unwrap();
    diary.note_on_commit(&mut tx, "dropped");
    drop(tx);
    let mut tx = db.begin().await.unwrap();
    diary.note_on_commit(&mut tx, "rolled back");
    tx.rollback().await.unwrap();
    let mut tx = db.begin().await.unwrap();
    diary.note_on_commit(&mut tx, "first");
    diary.note_on_commit(&mut tx, "second");
    insert(&mut tx, "cup", 1, 1).await.unwrap();
    assert_eq!(diary.notes(), [""; 0]);
    tx.commit().await.unwrap();

    assert_eq!(diary.notes(), ["first", "second"]);
}

#[tokio::test]
async fn a_commit_that_is_refused_keeps_nothing_and_sets_nothing_off() {
    let database = TestDb::open().await;
    let db = database.db();
    create(&db).await;
    let diary = Diary::default();
    let mut tx = db.begin().await.unwrap();
    diary.note_on_commit(&mut tx, "kept");
    insert(&mut tx, "cup", 1, 1).await.unwrap();
    label(&mut tx, "no such thing").await.unwrap();

    let refused = tx.commit().await;

    assert!(matches!(refused, Err(Error::ForeignKey(_))), "{refused:?}");
    assert_eq!(diary.notes(), [""; 0]);
    assert_eq!(count(&db).await, 0);
    insert(&mut db.write().await.unwrap(), "cup", 1, 1)
        .await
        .unwrap();
    assert_eq!(count(&db).await, 1);
}

/// Otherwise the next one's writes would become part of a transaction that never ends.
#[tokio::test]
async fn a_connection_with_a_canceled_begin_is_not_pooled() {
    let database = TestDb::with_pool(1).await;
    let db = database.db();
    create(&db).await;
    for n in 0..10 {
        // Sends the statement and, unless the answer is there at once, does not wait for it.
        drop(db.begin().now_or_never());
        insert(&mut db.write().await.unwrap(), &format!("cup{n}"), 1, n)
            .await
            .unwrap();
        // As another process sees it.
        let other = Db::open(database.url(), 1).await.unwrap();
        assert_eq!(count(&other).await, n + 1);
    }
}

async fn writes(db: Db, n: i64) -> loggia_db::Result<()> {
    let mut tx = db.begin().await?;
    insert(&mut tx, &format!("thing {n}"), n, n).await?;
    tx.commit().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_writers_and_one_connection_are_no_trouble() {
    let database = TestDb::with_pool(1).await;
    let db = database.db();
    create(&db).await;

    let writers: Vec<_> = (0..64)
        .map(|n| tokio::spawn(writes(db.clone(), n)))
        .collect();
    for writer in writers {
        writer.await.unwrap().unwrap();
    }

    assert_eq!(count(&db).await, 64);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_write_side_by_side() {
    let database = TestDb::open().await;
    let (one, other) = (database.db(), Db::open(database.url(), 2).await.unwrap());
    create(&one).await;

    let writers: Vec<_> = (0..32)
        .map(|n| {
            let db = if n % 2 == 0 { &one } else { &other };
            tokio::spawn(writes(db.clone(), n))
        })
        .collect();
    for writer in writers {
        writer.await.unwrap().unwrap();
    }

    assert_eq!(count(&one).await, 32);
}

#[tokio::test]
async fn a_pool_of_one_serves_every_kind_of_use() {
    let database = TestDb::with_pool(1).await;
    let db = database.db();
    create(&db).await;
    for n in 0..3 {
        db.ping().await.unwrap();
        drop(db.read().await.unwrap());
        drop(db.scan().await.unwrap());
        drop(db.write().await.unwrap());
        writes(db.clone(), n).await.unwrap();
    }
    assert_eq!(count(&db).await, 3);
}

/// Waits the three seconds that a request would.
#[tokio::test]
async fn who_waits_too_long_for_a_connection_is_told_so() {
    let database = TestDb::with_pool(1).await;
    let db = database.db();
    create(&db).await;
    let held = db.begin().await.unwrap();

    let (transaction, statement) = tokio::join!(async { db.begin().await.map(drop) }, async {
        insert(&mut *db.write().await?, "cup", 1, 1).await
    },);

    for refused in [transaction, statement] {
        assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
    }
    held.rollback().await.unwrap();
    db.begin().await.unwrap().rollback().await.unwrap();
}
