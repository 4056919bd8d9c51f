//! Databases from before migrations had a table of their own, and hosts that use diesel's table themselves.

use loggia_db::Db;
use loggia_testkit::{TestDb, migrations};

use crate::records::{execute, texts};

/// As diesel's migration harness makes it.
const DIESELS_TABLE: &str = "CREATE TABLE IF NOT EXISTS __diesel_schema_migrations \
     (version VARCHAR(50) PRIMARY KEY NOT NULL, run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)";

/// What was ever recorded in diesel's table.
const OLD: [&str; 9] = ["0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009"];

/// What a host recorded there: by the date, and by a number that a migration of ours has, too.
const HOSTS: [&str; 2] = ["0010", "20240101000000"];

async fn in_diesels_table(db: &Db) -> Vec<String> {
    let sql = "SELECT version AS text FROM __diesel_schema_migrations ORDER BY version";
    texts(db, sql).await.unwrap()
}

async fn ours(db: &Db) -> Vec<String> {
    let sql = "SELECT version AS text FROM __loggia_migrations ORDER BY version";
    texts(db, sql).await.unwrap()
}

async fn record_in_diesels_table(db: &Db, versions: &[&str]) {
    execute(db, DIESELS_TABLE).await;
    for version in versions {
        let sql = format!(
            "INSERT INTO __diesel_schema_migrations (version, run_on) VALUES ('{version}', '2025-01-02 03:04:05')"
        );
        execute(db, &sql).await;
    }
}

/// A database of an older program, and a host's versions beside ours.
async fn old_database() -> TestDb {
    let database = TestDb::open().await;
    let db = database.db();
    execute(&db, "DROP TABLE __loggia_migrations").await;
    record_in_diesels_table(&db, &OLD).await;
    record_in_diesels_table(&db, &HOSTS).await;
    database
}

/// What the old programs did not know yet.
async fn newer_than_old(db: &Db) -> Vec<String> {
    let mut all = ours(db).await;
    all.retain(|version| !OLD.contains(&version.as_str()));
    all
}

#[tokio::test]
async fn an_old_database_is_carried_over_once_and_nothing_runs_again() {
    let newer = newer_than_old(&TestDb::open().await.db()).await;
    let database = old_database().await;
    let db = database.db();
    // Looking changes nothing.
    for _ in 0..2 {
        assert_eq!(db.pending_migrations(migrations()).await.unwrap(), newer);
    }
    assert_eq!(in_diesels_table(&db).await.len(), OLD.len() + HOSTS.len());

    assert_eq!(db.migrate_all(migrations()).await.unwrap(), newer);

    assert_eq!(in_diesels_table(&db).await, HOSTS);
    assert_eq!(ours(&db).await, [OLD.map(str::to_owned).to_vec(), newer].concat());
    assert_eq!(db.migrate_all(migrations()).await.unwrap(), [""; 0]);
}

#[tokio::test]
async fn a_carried_row_keeps_its_time_and_learns_its_crate() {
    let database = old_database().await;
    let db = database.db();

    db.migrate(migrations()).await.unwrap();

    let sql = "SELECT crate_name || ' ' || CAST(applied_at AS TEXT) AS text FROM __loggia_migrations \
               WHERE version <= '0009' ORDER BY version";
    let crates = "jobs identity identity contacts tagging rbac content idempotency identity";
    let expected: Vec<_> =
        crates.split(' ').map(|name| format!("{name} 2025-01-02 03:04:05")).collect();
    assert_eq!(texts(&db, sql).await.unwrap(), expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_programs_that_start_at_once_carry_over_once() {
    for _ in 0..3 {
        let database = old_database().await;
        let (one, other) = (database.db(), Db::open(database.url(), 2).await.unwrap());
        let pending = one.pending_migrations(migrations()).await.unwrap();

        let (one, other) = (
            tokio::spawn(async move { one.migrate(migrations()).await }),
            tokio::spawn(async move { other.migrate(migrations()).await }),
        );

        let mut ran = [one.await.unwrap().unwrap(), other.await.unwrap().unwrap()];
        ran.sort();
        assert_eq!(ran, [vec![], pending]);
        assert_eq!(in_diesels_table(&database.db()).await, HOSTS);
    }
}

#[tokio::test]
async fn a_program_with_one_set_carries_all_of_them_over() {
    let database = old_database().await;
    let db = database.db();
    let content: Vec<_> =
        migrations().iter().filter(|set| set.crate_name() == "content").copied().collect();

    assert_eq!(db.migrate(&content).await.unwrap(), [""; 0]);

    assert_eq!(ours(&db).await, OLD);
    assert_eq!(in_diesels_table(&db).await, HOSTS);
}

#[tokio::test]
async fn a_hosts_versions_are_neither_taken_for_ours_nor_changed() {
    let all = ours(&TestDb::open().await.db()).await;
    let database = TestDb::empty().await;
    let db = database.db();
    // A host that numbers as we do, before Loggia's first start.
    let before = ["0001", "0002", "20240101000000"];
    record_in_diesels_table(&db, &before).await;

    assert_eq!(db.migrate_all(migrations()).await.unwrap(), all);
    assert_eq!(in_diesels_table(&db).await, before);

    // And after it.
    record_in_diesels_table(&db, &["0003", "20250101000000"]).await;
    assert_eq!(db.migrate_all(migrations()).await.unwrap(), [""; 0]);
    assert_eq!(db.pending_migrations(migrations()).await.unwrap(), [""; 0]);
    let after = ["0001", "0002", "0003", "20240101000000", "20250101000000"];
    assert_eq!(in_diesels_table(&db).await, after);
}

#[tokio::test]
async fn a_host_may_number_as_we_do_after_the_carry_over() {
    let database = old_database().await;
    let db = database.db();
    db.migrate(migrations()).await.unwrap();

    record_in_diesels_table(&db, &["0001"]).await;

    assert_eq!(db.migrate(migrations()).await.unwrap(), [""; 0]);
    assert_eq!(in_diesels_table(&db).await, ["0001", "0010", "20240101000000"]);
}
