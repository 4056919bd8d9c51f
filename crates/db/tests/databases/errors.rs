//! Errors of statements, which are the same on both databases.

use diesel::{ExpressionMethods, QueryDsl};
use loggia_db::{Error, OptionalExt, RunQueryDsl, run};
use loggia_testkit::TestDb;

use crate::things::{create, execute, insert, label, things};

#[tokio::test]
async fn a_unique_violation_names_the_constraint() {
    let database = TestDb::open().await;
    let db = database.db();
    create(&db).await;
    let mut work = db.work();
    insert(&mut work, "cup", 1, 1).await.unwrap();

    let same_name = insert(&mut work, "cup", 2, 2).await.unwrap_err();
    let same_place = insert(&mut work, "jug", 1, 1).await.unwrap_err();

    assert_eq!(same_name.unique_key(), Some("things_name_key"));
    assert_eq!(same_place.unique_key(), Some("things_shelf_place_key"));
}

#[tokio::test]
async fn a_dangling_reference_is_a_foreign_key_violation() {
    let database = TestDb::open().await;
    let db = database.db();
    create(&db).await;
    let mut work = db.work();

    let refused = label(&mut work, "no such thing").await;

    assert!(matches!(refused, Err(Error::ForeignKey(_))), "{refused:?}");
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

    assert!(matches!(name, Err(Error::NotFound)));
    assert_eq!(name.optional().unwrap(), None);
}

#[tokio::test]
async fn an_invalid_statement_is_a_query_error() {
    let database = TestDb::open().await;
    let mut work = database.db().work();
    let refused = execute(&mut work, "SELECT nonsense").await;
    assert!(matches!(refused, Err(Error::Query(_))), "{refused:?}");
    assert_eq!(refused.unwrap_err().unique_key(), None);
}
