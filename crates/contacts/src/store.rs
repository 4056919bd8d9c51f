//! Queries on `contacts`. The caller decides on the transaction.

use std::future::ready;

use diesel::{ExpressionMethods, QueryDsl, SelectableHelper, sql_types::Text};
use loggia_db::{self as db, OptionalExt, RunQueryDsl, Work, run};
use loggia_kernel::{OrgId, Slug, Timestamp};

use crate::{
    Contact, ContactId,
    model::{DetailsRow, NewRow},
    schema::contacts,
    sql::{Ids, InOrganizations, OrgContactCount, PageFilter, SearchCount, SearchPage},
};

/// The unique constraint on slugs.
pub(crate) const SLUG_KEY: &str = "contacts_slug_key";

/// Returns a page of contacts in order of creation, and the total count.
pub(crate) async fn page(
    work: &mut Work,
    orgs: &Ids,
    page: &PageFilter,
) -> db::Result<Vec<(Contact, i64)>> {
    run!(work, |c| contacts::table
        .filter(page.clone())
        .order(contacts::id)
        .select((Contact::as_select(), OrgContactCount(orgs.clone())))
        .load(c))
}

/// Returns the number of contacts in the organizations.
pub(crate) async fn count(work: &mut Work, orgs: &Ids) -> db::Result<i64> {
    run!(work, |c| diesel::select(OrgContactCount(orgs.clone())).get_result(c))
}

/// Returns a page of matches with ranks and the total count.
pub(crate) async fn search(
    work: &mut Work,
    found: SearchPage,
) -> db::Result<Vec<(Contact, i32, i64)>> {
    run!(work, |c| found.load(c))
}

/// Returns the total count of matches.
pub(crate) async fn search_count(work: &mut Work, found: SearchPage) -> db::Result<i64> {
    run!(work, |c| SearchCount(found).get_result(c))
}

pub(crate) async fn by_slug(
    work: &mut Work,
    orgs: &[OrgId],
    slug: &str,
) -> db::Result<Option<Contact>> {
    let in_organizations = InOrganizations(Ids::of_orgs(orgs));
    run!(work, |c| contacts::table
        .filter(contacts::slug.eq(slug))
        .filter(in_organizations)
        .select(Contact::as_select())
        .first(c))
    .optional()
}

/// Returns a contact as [`by_slug`] does, and locks it until the transaction ends.
///
/// Two arms because PostgreSQL needs an explicit lock and SQLite serializes writing transactions.
pub(crate) async fn lock(
    work: &mut Work,
    orgs: &[OrgId],
    slug: &str,
) -> db::Result<Option<Contact>> {
    let in_organizations = InOrganizations(Ids::of_orgs(orgs));
    run!(
        work,
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

/// Returns true if a contact of any organization has this slug, because slugs are globally unique.
pub(crate) async fn has_slug(work: &mut Work, slug: &Slug) -> db::Result<bool> {
    run!(work, |c| diesel::select(diesel::dsl::exists(
        contacts::table.filter(contacts::slug.eq(slug))
    ))
    .get_result(c))
}

/// Returns the `slugs` that contacts of any organization have.
pub(crate) async fn slugs_among(work: &mut Work, slugs: &[Slug]) -> db::Result<Vec<Slug>> {
    run!(work, |c| contacts::table
        .filter(contacts::slug.eq_any(slugs))
        .select(contacts::slug)
        .load(c))
}

/// Locks a base slug until the transaction ends, so that no other transaction can choose a slug derived from it.
///
/// Two arms because SQLite serializes writing transactions. The number separates these advisory locks from other locks
/// on texts.
pub(crate) async fn lock_name(work: &mut Work, base: &Slug) -> db::Result<()> {
    run!(
        work,
        Postgres(|c| diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended($1, 4))")
            .bind::<Text, _>(base)
            .execute(c)),
        Sqlite(|_c| ready(Ok::<_, diesel::result::Error>(0))),
    )
    .map(drop)
}

/// Inserts a contact. Returns `None` if its slug is taken; the transaction stays usable.
pub(crate) async fn insert(work: &mut Work, row: &NewRow<'_>) -> db::Result<Option<Contact>> {
    run!(work, |c| diesel::insert_into(contacts::table)
        .values(row)
        .on_conflict(contacts::slug)
        .do_nothing()
        .returning(Contact::as_returning())
        .get_result(c))
    .optional()
}

/// Replaces all fields that callers write. Leaves the slug unchanged.
pub(crate) async fn replace(
    work: &mut Work,
    orgs: &[OrgId],
    slug: &str,
    row: &DetailsRow<'_>,
    now: Timestamp,
) -> db::Result<Option<Contact>> {
    let in_organizations = InOrganizations(Ids::of_orgs(orgs));
    run!(work, |c| diesel::update(
        contacts::table.filter(contacts::slug.eq(slug)).filter(in_organizations)
    )
    .set((row, contacts::updated_at.eq(now)))
    .returning(Contact::as_returning())
    .get_result(c))
    .optional()
}

/// Updates a contact that the caller has locked, including its slug.
pub(crate) async fn update(
    work: &mut Work,
    id: ContactId,
    slug: &Slug,
    row: &DetailsRow<'_>,
    now: Timestamp,
) -> db::Result<Contact> {
    run!(work, |c| diesel::update(contacts::table.find(id))
        .set((contacts::slug.eq(slug), row, contacts::updated_at.eq(now)))
        .returning(Contact::as_returning())
        .get_result(c))
}

pub(crate) async fn delete(
    work: &mut Work,
    orgs: &[OrgId],
    slug: &str,
) -> db::Result<Option<Contact>> {
    let in_organizations = InOrganizations(Ids::of_orgs(orgs));
    run!(work, |c| diesel::delete(
        contacts::table.filter(contacts::slug.eq(slug)).filter(in_organizations)
    )
    .returning(Contact::as_returning())
    .get_result(c))
    .optional()
}
