//! Properties of the embedded database.

use diesel::sql_types::Text;
use loggia_db::{Db, RunQueryDsl, Work, run};
use tempfile::TempDir;

use crate::things::{count, create, insert};

async fn open() -> (Db, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("loggia.db").display());
    let db = Db::open(&url, 2).await.unwrap();
    create(&db).await;
    (db, folder)
}

async fn pragma(work: &mut Work, name: &str) -> String {
    let sql = format!("(SELECT CAST({name} AS TEXT) FROM pragma_{name})");
    run!(work, |c| diesel::select(diesel::dsl::sql::<Text>(&sql)).get_result(c)).unwrap()
}

#[tokio::test]
async fn every_connection_is_set_up() {
    let (db, _folder) = open().await;
    // 2 is FULL: a commit survives a power cut.
    for (name, expected) in [("journal_mode", "wal"), ("foreign_keys", "1"), ("synchronous", "2")] {
        assert_eq!(pragma(&mut db.work(), name).await, expected);
        assert_eq!(pragma(&mut db.work().scan(), name).await, expected);
        let in_transaction = db
            .transaction(async |work: &mut Work| -> loggia_db::Result<String> {
                Ok(pragma(work, name).await)
            })
            .await;
        assert_eq!(in_transaction.unwrap(), expected);
    }
}

/// Connections live on the runtime that opened the database, so they outlive the runtimes of the workers.
#[test]
fn a_database_serves_the_runtimes_of_many_threads() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let main =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (db, _folder) = main.block_on(open());
    for n in 0..4 {
        let db = db.clone();
        let worker = std::thread::spawn(move || {
            runtime().block_on(async {
                let name = format!("cup{n}");
                db.transaction(async |work| insert(work, &name, n, n).await).await.unwrap();
                count(&db).await
            })
        });
        assert_eq!(worker.join().unwrap(), n + 1);
    }
}
