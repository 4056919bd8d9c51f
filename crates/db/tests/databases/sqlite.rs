//! What only the embedded database must promise.

use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use loggia_db::{Conn, Db, run};
use tempfile::TempDir;

use crate::things::{count, create, insert};

async fn open() -> (Db, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("loggia.db").display());
    let db = Db::open(&url, 2).await.unwrap();
    create(&db).await;
    (db, folder)
}

async fn pragma(conn: &mut Conn, name: &str) -> String {
    let sql = format!("(SELECT CAST({name} AS TEXT) FROM pragma_{name})");
    run!(conn, |c| diesel::select(diesel::dsl::sql::<Text>(&sql))
        .get_result(c))
    .unwrap()
}

#[tokio::test]
async fn a_reader_cannot_write() {
    let (db, _folder) = open().await;
    for mut conn in [db.read().await.unwrap(), db.scan().await.unwrap()] {
        let refused = insert(&mut conn, "cup", 1, 1).await;
        assert!(refused.is_err());
    }
    assert_eq!(count(&db).await, 0);
}

#[tokio::test]
async fn every_connection_is_set_up() {
    let (db, _folder) = open().await;
    for mut conn in [
        db.read().await.unwrap(),
        db.scan().await.unwrap(),
        db.write().await.unwrap(),
    ] {
        assert_eq!(pragma(&mut conn, "journal_mode").await, "wal");
        assert_eq!(pragma(&mut conn, "foreign_keys").await, "1");
        // FULL: a commit outlives a power cut.
        assert_eq!(pragma(&mut conn, "synchronous").await, "2");
    }
}

#[tokio::test]
async fn a_writer_does_not_block_readers() {
    let (db, _folder) = open().await;
    let mut tx = db.begin().await.unwrap();
    insert(&mut tx, "cup", 1, 1).await.unwrap();
    for _ in 0..100 {
        assert_eq!(count(&db).await, 0);
    }
    tx.commit().await.unwrap();
    assert_eq!(count(&db).await, 1);
}

/// A connection of its own runtime would end with it; these live on the one that opened the database.
#[test]
fn a_database_serves_the_runtimes_of_many_threads() {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    let main = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let (db, _folder) = main.block_on(open());
    for n in 0..4 {
        let db = db.clone();
        let worker = std::thread::spawn(move || {
            runtime().block_on(async {
                let mut tx = db.begin().await.unwrap();
                insert(&mut tx, &format!("cup{n}"), n, n).await.unwrap();
                tx.commit().await.unwrap();
                count(&db).await
            })
        });
        assert_eq!(worker.join().unwrap(), n + 1);
    }
}
