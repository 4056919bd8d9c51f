//! Tests of the figures: the inserted rows and the direction of ratios.

use diesel::sql_types::BigInt;

use loggia_db::{Db, RunQueryDsl, run};

use super::{
    figure::{growth, ratio},
    rows::{self, Contacts},
    statuses::Statuses,
    world::Person,
};
use crate::database::Database;

#[derive(diesel::QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

async fn number(db: &Db, sql: &str) -> i64 {
    let sql = format!("SELECT {sql} AS number");
    let row: Number = run!(db.work(), |c| diesel::sql_query(&sql).get_result(c)).unwrap();
    row.number
}

/// Returns the first of the inserted accounts.
fn person() -> Person {
    Person {
        email: String::new(),
        password: String::new(),
        access: String::new(),
        slug: "user-1".to_owned(),
        organization: "own".to_owned(),
    }
}

#[tokio::test]
async fn every_tenth_contact_belongs_to_the_owner_and_each_has_two_tags() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::create(None, folder.path()).await.unwrap();
    let db = Db::open(database.url(), 1).await.unwrap();
    db.migrate(loggia_testkit::migrations()).await.unwrap();
    let own = "INSERT INTO organizations (slug, name, kind, personal_of, created_at, updated_at) \
               SELECT 'own', 'Own', 'personal', id, created_at, created_at FROM accounts WHERE slug = 'user-1'";
    let mut statements = rows::accounts(3);
    statements.push(own.to_owned());
    statements.extend(rows::viewer(&person()));
    let contacts = Contacts { total: 200, own: 20 };
    statements.extend(rows::contacts(&person(), contacts));

    rows::write(&database, &statements).await.unwrap();

    let own = "organization_id = (SELECT id FROM organizations WHERE slug = 'own')";
    for (sql, expected) in [
        ("(SELECT count(*) FROM accounts)", 3),
        ("(SELECT count(*) FROM account_roles)", 1),
        ("(SELECT count(*) FROM contacts)", 200),
        ("(SELECT sum(contacts) FROM contact_counts)", 200),
        (&format!("(SELECT contacts FROM contact_counts WHERE {own})"), 20),
        (&format!("(SELECT min(id) FROM contacts WHERE {own})"), 10),
        ("(SELECT count(*) FROM tag_links)", 400),
        ("(SELECT count(DISTINCT target_id) FROM tag_links)", 200),
        (&format!("(SELECT count(DISTINCT tag_id) FROM tag_links WHERE {own})"), 10),
    ] {
        assert_eq!(number(&db, sql).await, expected, "{sql}");
    }
}

#[test]
fn rates_have_a_minimum_and_growths_a_maximum() {
    let turns = [[2.0, 1.0], [3.0, 2.0], [9.0, 3.0]];
    let rate = |wanted| ratio(String::new(), wanted, ["", ""], &turns, "");
    assert_eq!(rate(2.0).measured, "2.00");
    assert!(rate(2.0).is_met && !rate(2.1).is_met);
    let growth = |limit| growth(String::new(), limit, ["", ""], &turns);
    assert_eq!(growth(2.0).measured, "2.00");
    assert!(growth(2.0).is_met && !growth(1.9).is_met);
}

#[test]
fn counts_successes_and_server_errors() {
    let mut statuses = Statuses::of(vec![Ok(vec![200, 503]), Ok(vec![200, 404])]).unwrap();
    statuses.add(Statuses::of(vec![Ok(vec![201, 500])]).unwrap());
    assert_eq!((statuses.successes(), statuses.faults()), (3, 2));
    assert_eq!(statuses.list(), "200 x 2, 201 x 1, 404 x 1, 500 x 1, 503 x 1");
}
