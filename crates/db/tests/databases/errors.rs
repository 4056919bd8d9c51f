//! Refusals, which are the same on both databases.

use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;
use loggia_db::{Error, OptionalExt, run};
use loggia_testkit::TestDb;

use crate::things::{create, execute, insert, label, things};

#[tokio::test]
async fn a_second_such_row_is_refused_by_the_constraints_name() {
    let database = TestDb::open().await;
    let db = database.db();
    create(&db).await;
    let mut conn = db.write().await.unwrap();
    insert(&mut conn, "cup", 1, 1).await.unwrap();

    let same_name = insert(&mut conn, "cup", 2, 2).await.unwrap_err();
    let same_place = insert(&mut conn, "jug", 1, 1).await.unwrap_err();

    assert_eq!(same_name.unique_key(), Some("things_name_key"));
    assert_eq!(same_place.unique_key(), Some("things_shelf_place_key"));
}

#[tokio::test]
async fn a_row_that_hangs_on_nothing_is_refused() {
    let database = TestDb::open().await;
    let db = database.db();
    create(&db).await;
    let mut conn = db.write().await.unwrap();

    let refused = label(&mut conn, "no such thing").await;

    assert!(matches!(refused, Err(Error::ForeignKey(_))), "{refused:?}");
}

#[tokio::test]
async fn an_absent_row_is_no_fault() {
    let database = TestDb::open().await;
    let db = database.db();
    create(&db).await;
    let mut conn = db.read().await.unwrap();
    let conn = &mut conn;

    let name = run!(conn, |c| things::table
        .filter(things::shelf.eq(7))
        .select(things::name)
        .first::<String>(c));

    assert!(matches!(name, Err(Error::NotFound)));
    assert_eq!(name.optional().unwrap(), None);
}

#[tokio::test]
async fn a_fault_of_ours_is_none_of_the_others() {
    let database = TestDb::open().await;
    let mut conn = database.db().write().await.unwrap();
    let refused = execute(&mut conn, "SELECT nonsense").await;
    assert!(matches!(refused, Err(Error::Query(_))), "{refused:?}");
    assert_eq!(refused.unwrap_err().unique_key(), None);
}
