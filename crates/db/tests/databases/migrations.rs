//! Migrations: what runs, once, in turns, and never backwards.

use loggia_db::{Db, Error, Migration, MigrationSet};
use loggia_testkit::TestDb;

use crate::records::texts;

const SHELVES_TABLE: Migration = Migration {
    name: "0001_shelves_shelves",
    sqlite: "CREATE TABLE shelves (id INTEGER PRIMARY KEY)",
    postgres: "CREATE TABLE shelves (id BIGINT PRIMARY KEY)",
};

const SHELVES_LABEL: Migration =
    portable("0003_shelves_label", "ALTER TABLE shelves ADD COLUMN label TEXT");

const SHELVES: MigrationSet = MigrationSet::new("shelves", &[], &[SHELVES_TABLE, SHELVES_LABEL]);

/// Shelves as an older program knows them.
const OLD_SHELVES: MigrationSet = MigrationSet::new("shelves", &[], &[SHELVES_TABLE]);

const BOOKS: MigrationSet = MigrationSet::new(
    "books",
    &["shelves"],
    &[portable(
        "0002_books_books",
        "CREATE TABLE books (shelf BIGINT NOT NULL, \
         CONSTRAINT books_shelf_fkey FOREIGN KEY (shelf) REFERENCES shelves (id))",
    )],
);

const fn portable(name: &'static str, sql: &'static str) -> Migration {
    Migration { name, sqlite: sql, postgres: sql }
}

async fn recorded(db: &Db) -> Vec<String> {
    let sql =
        "SELECT version || ' ' || crate_name AS text FROM __loggia_migrations ORDER BY version";
    texts(db, sql).await.unwrap()
}

async fn has_table(db: &Db, name: &str) -> bool {
    let sql = format!("SELECT 'a row' AS text FROM {name}");
    texts(db, &sql).await.is_ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn are_run_in_order_and_once() {
    let (database, sets) = (TestDb::empty().await, loggia_testkit::migrations());
    let db = database.db();
    let pending = db.pending_migrations(sets).await.unwrap();
    assert!(!pending.is_empty() && pending.is_sorted());
    // Looking changes nothing.
    assert_eq!(db.pending_migrations(sets).await.unwrap(), pending);
    assert!(!has_table(&db, "__loggia_migrations").await);

    assert_eq!(db.migrate(sets).await.unwrap(), pending);

    assert_eq!(db.migrate(sets).await.unwrap(), [""; 0]);
    assert_eq!(db.pending_migrations(sets).await.unwrap(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_programs_that_start_at_once_take_turns() {
    for _ in 0..3 {
        let (database, sets) = (TestDb::empty().await, loggia_testkit::migrations());
        let (one, other) = (database.db(), Db::open(database.url(), 2).await.unwrap());
        let pending = one.pending_migrations(sets).await.unwrap();

        let (one, other) = (
            tokio::spawn(async move { one.migrate(sets).await }),
            tokio::spawn(async move { other.migrate(sets).await }),
        );

        let mut ran = [one.await.unwrap().unwrap(), other.await.unwrap().unwrap()];
        ran.sort();
        assert_eq!(ran, [vec![], pending]);
    }
}

#[tokio::test]
async fn only_the_sets_that_are_given_run() {
    let database = TestDb::empty().await;
    let db = database.db();

    let ran = db.migrate(&[SHELVES]).await.unwrap();

    assert_eq!(ran, ["0001", "0003"]);
    assert_eq!(recorded(&db).await, ["0001 shelves", "0003 shelves"]);
    assert!(has_table(&db, "shelves").await);
    assert!(!has_table(&db, "books").await);
}

#[tokio::test]
async fn a_set_can_be_added_later() {
    let database = TestDb::empty().await;
    let db = database.db();
    db.migrate(&[SHELVES]).await.unwrap();

    // Its number is lower than one that was run.
    let both = [BOOKS, SHELVES];
    assert_eq!(db.pending_migrations(&both).await.unwrap(), ["0002"]);
    assert_eq!(db.migrate(&both).await.unwrap(), ["0002"]);

    let expected = ["0001 shelves", "0002 books", "0003 shelves"];
    assert_eq!(recorded(&db).await, expected);
    assert!(has_table(&db, "books").await);
}

#[tokio::test]
async fn a_set_without_one_that_it_requires_changes_nothing() {
    let database = TestDb::empty().await;
    let db = database.db();

    for outcome in [db.migrate(&[BOOKS]).await, db.pending_migrations(&[BOOKS]).await] {
        let error = outcome.unwrap_err();
        assert!(matches!(error, Error::Migration(_)), "{error:?}");
        assert!(error.to_string().contains("loggia-shelves"), "{error}");
    }
    assert!(!has_table(&db, "__loggia_migrations").await);
}

#[tokio::test]
async fn an_older_program_refuses_a_newer_schema() {
    let database = TestDb::empty().await;
    let db = database.db();
    db.migrate(&[SHELVES]).await.unwrap();

    for outcome in [
        db.migrate(&[OLD_SHELVES]).await,
        db.migrate_all(&[OLD_SHELVES]).await,
        db.pending_migrations(&[OLD_SHELVES]).await,
        // Before it runs anything else.
        db.migrate(&[OLD_SHELVES, BOOKS]).await,
    ] {
        match outcome {
            Err(Error::SchemaNewer { version }) => assert_eq!(version, "0003"),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(recorded(&db).await, ["0001 shelves", "0003 shelves"]);
}

#[tokio::test]
async fn a_set_that_is_not_given_matters_only_to_a_program_that_brings_them_all() {
    let database = TestDb::empty().await;
    let db = database.db();
    db.migrate(&[SHELVES, BOOKS]).await.unwrap();

    assert_eq!(db.migrate(&[SHELVES]).await.unwrap(), [""; 0]);
    match db.migrate_all(&[SHELVES]).await {
        Err(Error::SchemaNewer { version }) => assert_eq!(version, "0002"),
        other => panic!("{other:?}"),
    }
    assert_eq!(db.migrate_all(&[SHELVES, BOOKS]).await.unwrap(), [""; 0]);
}

#[tokio::test]
async fn a_migration_that_fails_is_named_and_leaves_nothing() {
    const BROKEN: MigrationSet = MigrationSet::new(
        "boats",
        &[],
        &[portable(
            "0004_boats_boats",
            "CREATE TABLE boats (name TEXT); INSERT INTO no_such_table (name) VALUES ('x')",
        )],
    );
    let database = TestDb::empty().await;
    let db = database.db();
    db.migrate(&[SHELVES]).await.unwrap();

    let error = db.migrate(&[SHELVES, BROKEN]).await.unwrap_err();

    assert!(matches!(error, Error::Migration(_)), "{error:?}");
    assert!(error.to_string().contains("0004_boats_boats"), "{error}");
    assert_eq!(recorded(&db).await, ["0001 shelves", "0003 shelves"]);
    assert!(!has_table(&db, "boats").await);
}

#[tokio::test]
async fn a_number_that_another_crate_has_is_refused_and_not_skipped() {
    const BOATS: MigrationSet = MigrationSet::new(
        "boats",
        &[],
        &[portable("0003_boats_boats", "CREATE TABLE boats (name TEXT)")],
    );
    let database = TestDb::empty().await;
    let db = database.db();
    db.migrate(&[SHELVES]).await.unwrap();

    let error = db.migrate(&[BOATS]).await.unwrap_err();

    assert!(error.to_string().contains("0003_boats_boats"), "{error}");
    assert!(!has_table(&db, "boats").await);
}
