//! Statements for tests that look at tables without a `table!`.

use diesel::{QueryableByName, sql_types::Text};
use loggia_db::{Db, Result, RunQueryDsl, run};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    text: String,
}

/// The rows of a query for one column of text that is called `text`.
pub(crate) async fn texts(db: &Db, sql: &str) -> Result<Vec<String>> {
    let work = &mut db.work();
    let rows = run!(work, |c| diesel::sql_query(sql).load::<Row>(c))?;
    Ok(rows.into_iter().map(|row| row.text).collect())
}

pub(crate) async fn execute(db: &Db, sql: &str) {
    let work = &mut db.work();
    run!(work, |c| diesel::sql_query(sql).execute(c)).unwrap();
}
