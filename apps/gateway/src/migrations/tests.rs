//! The sets of all crates: complete, sufficient each by itself, and independent of the order in which they are added.

use loggia_db::MigrationSet;
use loggia_testkit::TestDb;
use rstest::rstest;

use super::{SETS, run};

/// The sets of these crates and all that they require.
fn with_required(crates: &[&str]) -> Vec<MigrationSet> {
    let mut names = crates.to_vec();
    let mut i = 0;
    while let Some(name) = names.get(i) {
        names.extend(set(name).requires());
        i += 1;
    }
    SETS.into_iter().filter(|set| names.contains(&set.crate_name())).collect()
}

fn set(crate_name: &str) -> MigrationSet {
    let found = SETS.into_iter().find(|set| set.crate_name() == crate_name);
    found.unwrap_or_else(|| panic!("there is no set of {crate_name}"))
}

/// The test database has every folder of `migrations/`. One that is in no set would be newer, one that is in no folder missing.
#[tokio::test]
async fn every_migration_is_in_a_set() {
    let database = TestDb::open().await;

    assert_eq!(run(&database.db()).await.unwrap(), [""; 0]);
}

#[rstest]
#[tokio::test]
async fn a_set_needs_only_those_that_it_requires(
    #[values("contacts", "content", "idempotency", "identity", "jobs", "rbac", "tagging")]
    name: &str,
) {
    let database = TestDb::empty().await;
    let db = database.db();

    let ran = db.migrate(&with_required(&[name])).await.unwrap();

    assert!(!ran.is_empty());
}

#[rstest]
#[tokio::test]
async fn a_set_can_be_added_to_all_others(
    #[values("contacts", "content", "idempotency", "identity", "jobs", "rbac", "tagging")]
    name: &str,
) {
    let database = TestDb::empty().await;
    let db = database.db();
    let others: Vec<_> = SETS
        .into_iter()
        .filter(|set| {
            with_required(&[set.crate_name()]).iter().all(|required| required.crate_name() != name)
        })
        .collect();
    db.migrate(&others).await.unwrap();

    let ran = run(&db).await.unwrap();

    assert!(!ran.is_empty());
    assert_eq!(run(&db).await.unwrap(), [""; 0]);
}
