//! Units of work in auto mode: each statement is a transaction by itself.

use diesel::{ExpressionMethods, QueryDsl};
use loggia_db::{Db, Error, OptionalExt, Result, RunQueryDsl, Work, run};
use loggia_testkit::TestDb;
use tempfile::TempDir;

use crate::things::{Diary, count, create, execute, put, seen, things};

/// SQLite, also where the other tests run on PostgreSQL.
async fn sqlite(readers: usize) -> (Db, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("loggia.db").display());
    let db = Db::open(&url, readers).await.unwrap();
    create(&db).await;
    (db, folder)
}

#[tokio::test]
async fn a_statement_is_kept_at_once() {
    let database = TestDb::with_pool(1).await;
    let db = database.db();
    create(&db).await;
    let mut work = Work::auto(&db);

    put(&mut work, "cup", 1).await.unwrap();

    assert_eq!(seen(&mut work).await.unwrap(), 1);
    assert_eq!(count(&db).await, 1);
    assert_eq!(work.backend(), db.backend());
}

#[tokio::test]
async fn a_failed_statement_concerns_no_other() {
    let database = TestDb::with_pool(1).await;
    let db = database.db();
    create(&db).await;
    let mut work = db.work();
    put(&mut work, "cup", 1).await.unwrap();

    let refused = put(&mut work, "cup", 2).await.unwrap_err();

    assert_eq!(refused.unique_key(), Some("things_name_key"));
    put(&mut work, "jug", 2).await.unwrap();
    assert_eq!(seen(&mut work).await.unwrap(), 2);
}

#[tokio::test]
async fn an_absent_row_is_not_found() {
    let database = TestDb::open().await;
    let db = database.db();
    create(&db).await;
    let mut work = db.work();

    let name = run!(work, |c| things::table
        .filter(things::shelf.eq(7))
        .select(things::name)
        .first::<String>(c));

    assert!(matches!(name, Err(Error::NotFound)), "{name:?}");
    assert_eq!(name.optional().unwrap(), None);
}

#[tokio::test]
async fn an_action_for_after_the_commit_runs_at_once() {
    let database = TestDb::open().await;
    let diary = Diary::default();

    database.db().work().after_commit(diary.note("done"));

    assert_eq!(diary.notes(), ["done"]);
}

#[tokio::test]
async fn a_long_read_sees_what_was_written() {
    let database = TestDb::with_pool(1).await;
    let db = database.db();
    create(&db).await;
    let mut work = db.work();
    put(&mut work, "cup", 1).await.unwrap();

    assert_eq!(seen(&mut work.scan()).await.unwrap(), 1);
    assert_eq!(seen(&mut work.scan_if(false)).await.unwrap(), 1);
    let mut scan = work.scan();
    assert_eq!(seen(&mut scan.scan()).await.unwrap(), 1);
    drop(scan);

    // The mark ends with the value that bears it.
    put(&mut work, "jug", 2).await.unwrap();
    assert_eq!(seen(&mut work).await.unwrap(), 2);
}

#[tokio::test]
async fn on_sqlite_a_long_read_cannot_write() {
    let (db, _folder) = sqlite(1).await;
    let mut work = db.work();

    let refused = put(&mut work.scan(), "cup", 1).await;

    assert!(matches!(refused, Err(Error::Query(_))), "{refused:?}");
    assert_eq!(count(&db).await, 0);
}

#[tokio::test]
async fn on_sqlite_reads_do_not_wait_for_a_transaction() {
    let (db, _folder) = sqlite(1).await;
    let mut work = db.work();

    db.transaction(async |tx| {
        put(tx, "cup", 1).await?;
        // Would wait for this very transaction if it ran on the writer.
        assert_eq!(seen(&mut db.work()).await?, 0);
        let boxed =
            run!(db.work(), |c| things::table.select(things::name).into_boxed().load::<String>(c))?;
        assert!(boxed.is_empty());
        execute(&mut db.work(), " select name FROM things").await
    })
    .await
    .unwrap();

    assert_eq!(seen(&mut work).await.unwrap(), 1);
}

#[tokio::test]
async fn on_sqlite_all_that_is_not_a_select_runs_on_the_writer() {
    let (db, _folder) = sqlite(1).await;
    let mut work = db.work();
    for sql in [
        "INSERT INTO things VALUES ('cup', 1, 1)",
        "WITH new (name) AS (SELECT 'jug') INSERT INTO things SELECT name, 2, 2 FROM new",
        "UPDATE things SET place = 3",
    ] {
        execute(&mut work, sql).await.unwrap();
    }

    let names = run!(work, |c| diesel::insert_into(things::table)
        .values((things::name.eq("pot"), things::shelf.eq(3), things::place.eq(3)))
        .returning(things::name)
        .get_results::<String>(c))
    .unwrap();

    assert_eq!(names, ["pot"]);
    assert_eq!(seen(&mut work).await.unwrap(), 3);
}

#[tokio::test]
async fn on_sqlite_the_writer_refuses_what_it_does_not_understand() {
    let (db, _folder) = sqlite(1).await;
    for sql in ["SELECT nonsense", "NONSENSE"] {
        let refused = execute(&mut db.work(), sql).await;
        assert!(matches!(refused, Err(Error::Query(_))), "{refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_tasks_share_one_connection() {
    let database = TestDb::with_pool(1).await;
    let db = database.db();
    create(&db).await;
    let tasks: Vec<_> = (0..64)
        .map(|n| {
            let db = db.clone();
            tokio::spawn(async move {
                let work = &mut db.work();
                put(work, &format!("cup {n}"), n).await?;
                seen(work).await
            })
        })
        .collect();

    for task in tasks {
        let seen: Result<i64> = task.await.unwrap();
        assert!(1 <= seen.unwrap());
    }

    assert_eq!(count(&db).await, 64);
}
