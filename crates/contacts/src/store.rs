//! Queries on `contacts`. Plain functions over `&mut Conn`: the caller decides on the transaction.

use std::future::ready;

use diesel::{ExpressionMethods, QueryDsl, SelectableHelper, sql_types::Text};
use diesel_async::RunQueryDsl;
use loggia_db::{self as db, Conn, OptionalExt, run};
use loggia_kernel::{OrgId, Slug, Timestamp};

use crate::{
    Contact, ContactId,
    model::{DetailsRow, NewRow},
    schema::contacts,
    sql::{Ids, InOrganizations, OrgContactCount, PageFilter, SearchCount, SearchPage},
};

/// The constraint that keeps slugs apart.
pub(crate) const SLUG_KEY: &str = "contacts_slug_key";

/// The contacts of a page in the order of their making, and how many the organisations have.
pub(crate) async fn page(
    conn: &mut Conn,
    orgs: &Ids,
    page: &PageFilter,
) -> db::Result<Vec<(Contact, i64)>> {
    run!(conn, |c| contacts::table
        .filter(page.clone())
        .order(contacts::id)
        .select((Contact::as_select(), OrgContactCount(orgs.clone())))
        .load(c))
}

/// How many contacts the organisations have.
pub(crate) async fn count(conn: &mut Conn, orgs: &Ids) -> db::Result<i64> {
    run!(conn, |c| diesel::select(OrgContactCount(orgs.clone()))
        .get_result(c))
}

/// A page of what is wanted, with ranks and how many there are in all.
pub(crate) async fn search(
    conn: &mut Conn,
    found: SearchPage,
) -> db::Result<Vec<(Contact, i32, i64)>> {
    run!(conn, |c| found.load(c))
}

/// How many there are of what is wanted.
pub(crate) async fn search_count(conn: &mut Conn, found: SearchPage) -> db::Result<i64> {
    run!(conn, |c| SearchCount(found).get_result(c))
}

pub(crate) async fn by_slug(
    conn: &mut Conn,
    orgs: &[OrgId],
    slug: &str,
) -> db::Result<Option<Contact>> {
    let in_organizations = InOrganizations(Ids::of_orgs(orgs));
    run!(conn, |c| contacts::table
        .filter(contacts::slug.eq(slug))
        .filter(in_organizations)
        .select(Contact::as_select())
        .first(c))
    .optional()
}

/// As [`by_slug`], locked until the transaction ends.
///
/// Two arms because PostgreSQL needs the lock said; SQLite's writing transactions exclude each other anyway.
pub(crate) async fn lock(
    conn: &mut Conn,
    orgs: &[OrgId],
    slug: &str,
) -> db::Result<Option<Contact>> {
    let in_organizations = InOrganizations(Ids::of_orgs(orgs));
    run!(
        conn,
        Postgres(|c| contacts::table
            .filter(contacts::slug.eq(slug))
            .filter(in_organizations)
            .select(Contact::as_select())
            .for_update()
            .first(c)),
        Sqlite(|c| contacts::table
            .filter(contacts::slug.eq(slug))
            .filter(in_organizations)
            .select(Contact::as_select())
            .first(c)),
    )
    .optional()
}

/// Whether some contact of whatever organisation has this slug: what must be unique among all is asked of all.
pub(crate) async fn has_slug(conn: &mut Conn, slug: &Slug) -> db::Result<bool> {
    run!(conn, |c| diesel::select(diesel::dsl::exists(
        contacts::table.filter(contacts::slug.eq(slug))
    ))
    .get_result(c))
}

/// Which of `slugs` some contact of whatever organisation has.
pub(crate) async fn slugs_among(conn: &mut Conn, slugs: &[Slug]) -> db::Result<Vec<Slug>> {
    run!(conn, |c| contacts::table
        .filter(contacts::slug.eq_any(slugs))
        .select(contacts::slug)
        .load(c))
}

/// Lets nobody else choose a slug of this name until the transaction ends.
///
/// Two arms because SQLite's writing transactions exclude each other anyway. The number keeps these locks apart from any
/// others on texts.
pub(crate) async fn lock_name(conn: &mut Conn, base: &Slug) -> db::Result<()> {
    run!(
        conn,
        Postgres(
            |c| diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended($1, 4))")
                .bind::<Text, _>(base)
                .execute(c)
        ),
        Sqlite(|_c| ready(Ok::<_, diesel::result::Error>(0))),
    )
    .map(drop)
}

/// Writes a contact; `None` if its slug is taken, which leaves the transaction as it was.
pub(crate) async fn insert(conn: &mut Conn, row: &NewRow<'_>) -> db::Result<Option<Contact>> {
    run!(conn, |c| diesel::insert_into(contacts::table)
        .values(row)
        .on_conflict(contacts::slug)
        .do_nothing()
        .returning(Contact::as_returning())
        .get_result(c))
    .optional()
}

/// Changes all that callers write, and leaves the slug.
pub(crate) async fn replace(
    conn: &mut Conn,
    orgs: &[OrgId],
    slug: &str,
    row: &DetailsRow<'_>,
    now: Timestamp,
) -> db::Result<Option<Contact>> {
    let in_organizations = InOrganizations(Ids::of_orgs(orgs));
    run!(conn, |c| diesel::update(
        contacts::table
            .filter(contacts::slug.eq(slug))
            .filter(in_organizations)
    )
    .set((row, contacts::updated_at.eq(now)))
    .returning(Contact::as_returning())
    .get_result(c))
    .optional()
}

/// Changes a contact that the caller has locked, slug and all.
pub(crate) async fn update(
    conn: &mut Conn,
    id: ContactId,
    slug: &Slug,
    row: &DetailsRow<'_>,
    now: Timestamp,
) -> db::Result<Contact> {
    run!(conn, |c| diesel::update(contacts::table.find(id))
        .set((contacts::slug.eq(slug), row, contacts::updated_at.eq(now)))
        .returning(Contact::as_returning())
        .get_result(c))
}

pub(crate) async fn delete(
    conn: &mut Conn,
    orgs: &[OrgId],
    slug: &str,
) -> db::Result<Option<Contact>> {
    let in_organizations = InOrganizations(Ids::of_orgs(orgs));
    run!(conn, |c| diesel::delete(
        contacts::table
            .filter(contacts::slug.eq(slug))
            .filter(in_organizations)
    )
    .returning(Contact::as_returning())
    .get_result(c))
    .optional()
}
