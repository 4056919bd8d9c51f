//! Merging sets: what runs, in which order, and what is refused.

use crate::{Backend, Error, Migration, MigrationSet};

use super::{plan::Plan, record::Applied};

const SHOPS: MigrationSet =
    set("shops", &[], &[named("0001_shops_shops"), named("0004_shops_owners")]);
const GOODS: MigrationSet =
    set("goods", &["shops"], &[named("0002_goods_goods"), named("0003_goods_prices")]);

const fn set(
    crate_name: &'static str,
    requires: &'static [&'static str],
    migrations: &'static [Migration],
) -> MigrationSet {
    MigrationSet::new(crate_name, requires, migrations)
}

const fn named(name: &'static str) -> Migration {
    Migration { name, sqlite: "for SQLite", postgres: "for PostgreSQL" }
}

fn part(sets: &[MigrationSet]) -> Plan {
    Plan::part(sets, Backend::Sqlite).unwrap()
}

fn applied(rows: &[(&str, &str)]) -> Vec<Applied> {
    rows.iter()
        .map(|(version, crate_name)| Applied {
            version: (*version).to_owned(),
            crate_name: (*crate_name).to_owned(),
        })
        .collect()
}

fn missing(plan: &Plan, rows: &[(&str, &str)]) -> Vec<&'static str> {
    let missing = plan.missing(&applied(rows));
    missing.iter().map(|step| step.version).collect()
}

fn newer(plan: &Plan, rows: &[(&str, &str)]) -> Option<String> {
    plan.newer(&applied(rows)).map(|one| one.version.clone())
}

#[test]
fn sets_merge_in_the_order_of_their_numbers() {
    let expected = ["0001", "0002", "0003", "0004"];

    assert_eq!(missing(&part(&[SHOPS, GOODS]), &[]), expected);
    assert_eq!(missing(&part(&[GOODS, SHOPS]), &[]), expected);
}

#[test]
fn a_set_that_is_given_twice_counts_once() {
    let plan = part(&[SHOPS, GOODS, SHOPS]);

    assert_eq!(missing(&plan, &[]), ["0001", "0002", "0003", "0004"]);
}

#[test]
fn each_database_gets_its_own_text() {
    for (backend, sql) in [(Backend::Sqlite, "for SQLite"), (Backend::Postgres, "for PostgreSQL")] {
        let steps = Plan::part(&[SHOPS], backend).unwrap().missing(&[]);

        assert!(steps.iter().all(|step| step.sql == sql), "{backend:?}");
    }
}

#[test]
fn a_missing_set_is_named() {
    let Err(Error::Migration(error)) = Plan::part(&[GOODS], Backend::Sqlite) else {
        panic!("goods do without shops");
    };

    assert_eq!(
        error.to_string(),
        "loggia-goods needs the migrations of loggia-shops too, which are not given"
    );
}

#[test]
fn lower_numbers_of_a_set_that_is_added_later_are_missing() {
    let shops = [("0001", "shops"), ("0004", "shops")];

    assert_eq!(missing(&part(&[SHOPS]), &shops), [""; 0]);
    assert_eq!(missing(&part(&[SHOPS, GOODS]), &shops), ["0002", "0003"]);
}

#[test]
fn the_same_number_of_another_crate_does_not_count() {
    let strange = [("0001", "boats")];

    assert_eq!(missing(&part(&[SHOPS]), &strange), ["0001", "0004"]);
}

#[test]
fn an_unknown_version_of_a_given_set_is_newer() {
    let rows = [("0001", "shops"), ("0005", "shops")];

    assert_eq!(newer(&part(&[SHOPS]), &rows), Some("0005".to_owned()));
    // Also one that is numerically lower than a known one.
    let rows = [("0003", "shops"), ("0004", "shops")];
    assert_eq!(newer(&part(&[SHOPS]), &rows), Some("0003".to_owned()));
}

#[test]
fn versions_of_other_sets_are_newer_only_to_a_whole_program() {
    let rows = [("0001", "shops"), ("0002", "goods"), ("0005", "boats")];

    assert_eq!(newer(&part(&[SHOPS]), &rows), None);
    assert_eq!(newer(&part(&[SHOPS, GOODS]), &rows), None);
    let whole = Plan::whole(&[SHOPS, GOODS], Backend::Sqlite).unwrap();
    assert_eq!(newer(&whole, &rows), Some("0005".to_owned()));
    assert_eq!(newer(&whole, &rows[..2]), None);
}

#[test]
fn a_migration_is_named_for_its_crate() {
    for name in [
        "0001_shop_owners",
        "0001_shops_",
        "0001_shops",
        "001_shops_owners",
        "00a1_shops_owners",
        "0001-shops_owners",
        "0001_shopsowners_x",
        "",
    ] {
        let migrations = vec![named(name)].leak();

        let outcome = std::panic::catch_unwind(|| set("shops", &[], migrations));

        assert!(outcome.is_err(), "{name:?}");
    }
}
