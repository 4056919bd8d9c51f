//! Migrations: once, in turns, and never backwards.

use loggia_db::{Backend, Db, Error};
use loggia_testkit::TestDb;
use tempfile::TempDir;

use crate::things::execute;

/// A database in which nothing is.
struct Empty {
    url: String,
    _database: TestDb,
    _folder: TempDir,
}

impl Empty {
    async fn new() -> Self {
        let database = TestDb::open().await;
        let folder = tempfile::tempdir().unwrap();
        let url = match database.db().backend() {
            Backend::Sqlite => format!("sqlite://{}", folder.path().join("empty.db").display()),
            Backend::Postgres => {
                let mut conn = database.db().write().await.unwrap();
                for sql in ["DROP SCHEMA public CASCADE", "CREATE SCHEMA public"] {
                    execute(&mut conn, sql).await.unwrap();
                }
                database.url().to_owned()
            }
        };
        Self {
            url,
            _database: database,
            _folder: folder,
        }
    }

    async fn open(&self) -> Db {
        Db::open(&self.url, 2).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn are_run_in_order_and_once() {
    let empty = Empty::new().await;
    let db = empty.open().await;
    let pending = db.pending_migrations().await.unwrap();
    assert!(!pending.is_empty() && pending.is_sorted());
    // Looking changes nothing.
    assert_eq!(db.pending_migrations().await.unwrap(), pending);

    assert_eq!(db.migrate().await.unwrap(), pending);

    assert_eq!(db.migrate().await.unwrap(), [""; 0]);
    assert_eq!(db.pending_migrations().await.unwrap(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_who_start_at_once_take_turns() {
    for _ in 0..3 {
        let empty = Empty::new().await;
        let (one, other) = tokio::join!(empty.open(), empty.open());
        let pending = one.pending_migrations().await.unwrap();

        let (one, other) = (
            tokio::spawn(async move { one.migrate().await }),
            tokio::spawn(async move { other.migrate().await }),
        );

        let mut ran = [one.await.unwrap().unwrap(), other.await.unwrap().unwrap()];
        ran.sort();
        assert_eq!(ran, [vec![], pending]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_program_refuses_a_newer_schema() {
    let empty = Empty::new().await;
    let db = empty.open().await;
    db.migrate().await.unwrap();
    let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')";
    execute(&mut db.write().await.unwrap(), newer)
        .await
        .unwrap();

    for outcome in [db.migrate().await, db.pending_migrations().await] {
        match outcome {
            Err(Error::SchemaNewer { version }) => assert_eq!(version, "9999"),
            other => panic!("{other:?}"),
        }
    }
}
