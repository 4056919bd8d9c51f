//! Waiting for a connection and for other writers.

use loggia_db::{Db, Error, Result, Work};
use loggia_testkit::TestDb;

use crate::things::{count, create, put, seen};

async fn put_in_transaction(db: Db, place: i64) -> Result<()> {
    db.transaction(async |work| put(work, &format!("thing {place}"), place).await).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_can_write_at_once() {
    let database = TestDb::open().await;
    let (one, other) = (database.db(), Db::open(database.url(), 2).await.unwrap());
    create(&one).await;

    let writers: Vec<_> = (0..32)
        .map(|n| {
            let db = if n % 2 == 0 { &one } else { &other };
            tokio::spawn(put_in_transaction(db.clone(), n))
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
        assert_eq!(seen(&mut db.work()).await.unwrap(), 2 * n);
        assert_eq!(seen(&mut db.work().scan()).await.unwrap(), 2 * n);
        put(&mut db.work(), &format!("cup {n}"), 10 + n).await.unwrap();
        put_in_transaction(db.clone(), n).await.unwrap();
    }
    assert_eq!(count(&db).await, 6);
}

/// Takes the three seconds that a request would wait.
#[tokio::test]
async fn waiting_too_long_for_a_connection_is_an_error() {
    let database = TestDb::with_pool(1).await;
    let db = database.db();
    create(&db).await;

    let refused = db
        .transaction(async |work: &mut Work| -> Result<_> {
            put(work, "cup", 1).await?;
            Ok(tokio::join!(put_in_transaction(db.clone(), 2), async {
                put(&mut db.work(), "jug", 3).await
            }))
        })
        .await;

    let (transaction, statement) = refused.unwrap();
    for refused in [transaction, statement] {
        assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
    }
    put_in_transaction(db.clone(), 4).await.unwrap();
    assert_eq!(count(&db).await, 2);
}
