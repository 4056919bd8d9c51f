//! A table to write to, which both databases understand alike.

use std::sync::{Arc, Mutex};

use diesel::ExpressionMethods;
use loggia_db::{Db, Result, RunQueryDsl, Work, run};

diesel::table! {
    things (name) {
        name -> Text,
        shelf -> BigInt,
        place -> BigInt,
    }
}

diesel::table! {
    labels (thing) {
        thing -> Text,
    }
}

/// `labels` refers to `things` by a deferred constraint, which is checked at the commit.
const TABLES: [&str; 2] = [
    "CREATE TABLE things (name TEXT NOT NULL, shelf BIGINT NOT NULL, place BIGINT NOT NULL, \
     CONSTRAINT things_name_key UNIQUE (name), CONSTRAINT things_shelf_place_key UNIQUE (shelf, place))",
    "CREATE TABLE labels (thing TEXT NOT NULL, CONSTRAINT labels_thing_fkey FOREIGN KEY (thing) \
     REFERENCES things (name) DEFERRABLE INITIALLY DEFERRED)",
];

pub(crate) async fn create(db: &Db) {
    for sql in TABLES {
        execute(&mut db.work(), sql).await.unwrap();
    }
}

pub(crate) async fn execute(work: &mut Work, sql: &str) -> Result<()> {
    run!(work, |c| diesel::sql_query(sql).execute(c)).map(drop)
}

pub(crate) async fn insert(work: &mut Work, name: &str, shelf: i64, place: i64) -> Result<()> {
    let row = (things::name.eq(name), things::shelf.eq(shelf), things::place.eq(place));
    run!(work, |c| diesel::insert_into(things::table).values(row).execute(c)).map(drop)
}

pub(crate) async fn label(work: &mut Work, thing: &str) -> Result<()> {
    run!(work, |c| diesel::insert_into(labels::table).values(labels::thing.eq(thing)).execute(c))
        .map(drop)
}

/// Returns the number of things, as seen outside any open transaction.
pub(crate) async fn count(db: &Db) -> i64 {
    use diesel::QueryDsl;

    run!(db.work(), |c| things::table.count().get_result(c)).unwrap()
}

/// Inserts a thing with a place of its own.
pub(crate) async fn put(work: &mut Work, name: &str, place: i64) -> Result<()> {
    insert(work, name, 1, place).await
}

/// Inserts a label of a thing that does not exist: in a transaction, the statement succeeds and the commit fails.
pub(crate) async fn put_dangling_label(work: &mut Work) -> Result<()> {
    label(work, "no such thing").await
}

/// Returns the number of things, as this unit of work sees it.
pub(crate) async fn seen(work: &mut Work) -> Result<i64> {
    use diesel::QueryDsl;

    run!(work, |c| things::table.count().get_result(c))
}

/// The actions that have run, in order.
#[derive(Clone, Default)]
pub(crate) struct Diary(Arc<Mutex<Vec<&'static str>>>);

impl Diary {
    pub(crate) fn note(&self, what: &'static str) -> impl FnOnce() + Send + 'static {
        let diary = self.clone();
        move || diary.0.lock().unwrap().push(what)
    }

    pub(crate) fn notes(&self) -> Vec<&'static str> {
        self.0.lock().unwrap().clone()
    }
}
