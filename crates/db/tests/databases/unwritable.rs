//! A file of SQLite that cannot be written, because the disk is full or the file is read-only: reads go on.

use std::{
    fs::OpenOptions,
    io::{Seek, SeekFrom, Write},
    path::Path,
    process::Command,
};

use loggia_db::{Db, Error, Result};
use tempfile::TempDir;

use crate::things::{count, create, execute, put};

async fn open() -> (Db, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&url(folder.path()), 2).await.unwrap();
    create(&db).await;
    put(&mut db.work(), "cup", 1).await.unwrap();
    (db, folder)
}

fn url(folder: &Path) -> String {
    format!("sqlite://{}", folder.join("loggia.db").display())
}

async fn put_in_transaction(db: &Db, place: i64) -> Result<()> {
    db.transaction(async |work| put(work, &format!("jug {place}"), place).await).await
}

/// Writes until the file cannot grow any more.
async fn fill(db: &Db) -> Error {
    let mut length = 100_000;
    for n in 10..1000 {
        let name = format!("{}{n}", "x".repeat(length));
        match put(&mut db.work(), &name, n).await {
            Ok(()) => {}
            Err(error) if length < 10 => return error,
            // A smaller one may fit.
            Err(_) => length /= 2,
        }
    }
    panic!("the file grows without end");
}

#[tokio::test]
async fn a_full_database_is_told_from_an_unavailable_one() {
    let (db, _folder) = open().await;
    // The pragma does not begin with SELECT, so it is executed by the writer, whose limit it is.
    execute(&mut db.work(), "PRAGMA max_page_count = 60").await.unwrap();

    assert!(matches!(fill(&db).await, Error::Full));
    let large = "x".repeat(300_000);
    let transaction = db.transaction(async |work| put(work, &large, 2).await).await;
    assert!(matches!(transaction, Err(Error::Full)), "{transaction:?}");

    assert!(1 <= count(&db).await);
    execute(&mut db.work(), "PRAGMA max_page_count = 4000").await.unwrap();
    put(&mut db.work(), &large, 2).await.unwrap();
}

#[tokio::test]
async fn a_file_that_becomes_read_only_is_unavailable_until_it_is_not() {
    let (db, _folder) = open().await;
    execute(&mut db.work(), "PRAGMA query_only = ON").await.unwrap();
    assert!(db.ping().await.is_ok());

    for outcome in [put(&mut db.work(), "pot", 2).await, put_in_transaction(&db, 3).await] {
        assert!(matches!(outcome, Err(Error::Unavailable(_))), "{outcome:?}");
    }
    for outcome in [db.ping().await, db.check_writable().await, db.ping().await] {
        assert!(matches!(outcome, Err(Error::Unavailable(_))), "{outcome:?}");
    }
    assert_eq!(count(&db).await, 1);

    execute(&mut db.work(), "PRAGMA query_only = OFF").await.unwrap();
    db.ping().await.unwrap();
    put_in_transaction(&db, 3).await.unwrap();
    assert_eq!(count(&db).await, 2);
}

/// SQLite only reads a file whose write version it does not know. Unlike the file's permissions, that also binds root.
/// Source: SQLite, "Database File Format", 1.3.3.
#[tokio::test]
async fn a_read_only_file_is_noticed_before_the_first_write() {
    let (db, folder) = open().await;
    drop(db);
    let path = folder.path().join("loggia.db");
    // The last connection is closed on another thread, and moves the log into the file.
    while folder.path().join("loggia.db-wal").exists() {
        tokio::task::yield_now().await;
    }
    let mut file = OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(18)).unwrap();
    file.write_all(&[3]).unwrap();

    let db = Db::open(&url(folder.path()), 2).await.unwrap();

    let outcome = db.check_writable().await;
    assert!(matches!(outcome, Err(Error::Unavailable(_))), "{outcome:?}");
    assert!(outcome.unwrap_err().to_string().contains("readonly"));
    assert_eq!(count(&db).await, 1);
    for outcome in [put(&mut db.work(), "pot", 2).await, put_in_transaction(&db, 3).await] {
        assert!(matches!(outcome, Err(Error::Unavailable(_))), "{outcome:?}");
    }
}

#[tokio::test]
async fn a_writable_file_passes_the_check_unchanged() {
    let (db, _folder) = open().await;
    execute(&mut db.work(), "PRAGMA user_version = 7").await.unwrap();
    db.check_writable().await.unwrap();
    execute(
        &mut db.work(),
        "INSERT INTO things SELECT 'pot', user_version, 1 FROM pragma_user_version",
    )
    .await
    .unwrap();
    execute(&mut db.work(), "UPDATE things SET place = 8 WHERE shelf = 7").await.unwrap();
    assert_eq!(count(&db).await, 2);
}

/// Set for the process that may not write large files.
const CHILD: &str = "LOGGIA_DB_TEST_CHILD";

/// The disk of a test cannot be filled, but a process can be kept from writing files of more than a few hundred
/// kilobytes. So the test runs itself again in such a process.
#[cfg(unix)]
#[test]
fn a_file_that_cannot_grow_fails_writes_and_readiness_but_not_reads() {
    #[expect(clippy::disallowed_methods, reason = "the test marks its child process by it")]
    if std::env::var_os(CHILD).is_some() {
        return in_the_child();
    }
    const NAME: &str =
        "unwritable::a_file_that_cannot_grow_fails_writes_and_readiness_but_not_reads";
    // The unit is 512 bytes or 1 KiB. Without the trap, the limit would kill the process.
    let limited = "trap '' XFSZ; ulimit -f 1024; exec \"$0\" --exact \"$1\" --nocapture";

    let child = Command::new("sh")
        .args(["-c", limited])
        .arg(std::env::current_exe().unwrap())
        .arg(NAME)
        .env(CHILD, "1")
        .output()
        .unwrap();

    let told = String::from_utf8_lossy(&child.stdout);
    let errors = String::from_utf8_lossy(&child.stderr);
    assert!(child.status.success() && told.contains("1 passed"), "{told}{errors}");
}

#[cfg(unix)]
fn in_the_child() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let (db, _folder) = open().await;

        let error = fill(&db).await;

        assert!(matches!(error, Error::Full | Error::Unavailable(_)), "{error:?}");
        let kept = count(&db).await;
        assert!(1 < kept);
        let ready = db.ping().await;
        assert!(matches!(ready, Err(Error::Full | Error::Unavailable(_))), "{ready:?}");
        assert_eq!(count(&db).await, kept);
    });
}
