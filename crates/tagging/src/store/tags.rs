//! Queries on `tags`.

use diesel::{
    BoolExpressionMethods, EscapeExpressionMethods, ExpressionMethods, QueryDsl, SelectableHelper,
    TextExpressionMethods,
};
use loggia_db::{self as db, OptionalExt, RunQueryDsl, Work, run};
use loggia_kernel::{OrgId, Page, PageRequest, list::Search};

use crate::{
    Error, Order, Result,
    model::{ChangedRow, FoldedTag, NewRow, Tag, TagId},
    schema::tags,
};

pub(crate) async fn list(
    work: &mut Work,
    organization: OrgId,
    order: Order,
    page: PageRequest,
) -> db::Result<Page<Tag>> {
    let count: i64 = run!(work, |c| tags::table
        .filter(tags::organization_id.eq(organization))
        .count()
        .get_result(c))?;
    let items = run!(work, |c| {
        let query = tags::table
            .filter(tags::organization_id.eq(organization))
            .select(Tag::as_select())
            .limit(page.limit())
            .offset(page.offset())
            .into_boxed();
        match order {
            Order::Id => query.order(tags::id.asc()),
            Order::IdDescending => query.order(tags::id.desc()),
            Order::Name => query.order(tags::name_folded.asc()),
            Order::NameDescending => query.order(tags::name_folded.desc()),
        }
        .load(c)
    })?;
    Ok(Page { items, count: u64::try_from(count).unwrap_or_default() })
}

/// Returns the tags whose names contain the text, or all tags without a text, sorted by name.
pub(crate) async fn search(
    work: &mut Work,
    organization: OrgId,
    text: Option<&Search>,
    page: PageRequest,
) -> db::Result<Vec<Tag>> {
    let pattern = text.map_or_else(|| "%".to_owned(), Search::pattern);
    run!(work, |c| tags::table
        .filter(tags::organization_id.eq(organization))
        .filter(tags::name_folded.like(&pattern).escape(Search::ESCAPE))
        .order(tags::name_folded)
        .limit(page.limit())
        .offset(page.offset())
        .select(Tag::as_select())
        .load(c))
}

pub(crate) async fn by_slug(
    work: &mut Work,
    organization: OrgId,
    slug: &str,
) -> db::Result<Option<Tag>> {
    run!(work, |c| tags::table
        .filter(tags::organization_id.eq(organization))
        .filter(tags::slug.eq(slug))
        .select(Tag::as_select())
        .first(c))
    .optional()
}

/// Returns the tags with one of these names or slugs, and locks them until the transaction ends.
///
/// Each alternative names the organization, so that SQLite uses an index for each instead of scanning all tags of the
/// organization.
///
/// Two arms because PostgreSQL needs an explicit lock, in a common order, and SQLite serializes writing transactions.
/// The same applies to the next function.
pub(crate) async fn lock_named(
    work: &mut Work,
    organization: OrgId,
    folded: &[&str],
    slugs: &[String],
) -> db::Result<Vec<FoldedTag>> {
    run!(
        work,
        Postgres(|c| tags::table
            .filter(
                tags::organization_id
                    .eq(organization)
                    .and(tags::name_folded.eq_any(folded))
                    .or(tags::organization_id.eq(organization).and(tags::slug.eq_any(slugs)))
            )
            .order(tags::id)
            .select(FoldedTag::as_select())
            .for_key_share()
            .load(c)),
        Sqlite(|c| tags::table
            .filter(
                tags::organization_id
                    .eq(organization)
                    .and(tags::name_folded.eq_any(folded))
                    .or(tags::organization_id.eq(organization).and(tags::slug.eq_any(slugs)))
            )
            .order(tags::id)
            .select(FoldedTag::as_select())
            .load(c)),
    )
}

/// Returns a tag and all tags that conflict with its new name, and locks them until the transaction ends.
pub(crate) async fn lock_for_renaming(
    work: &mut Work,
    organization: OrgId,
    id: TagId,
    row: &ChangedRow,
) -> db::Result<Vec<Tag>> {
    run!(
        work,
        Postgres(|c| tags::table
            .filter(
                tags::id
                    .eq(id)
                    .and(tags::organization_id.eq(organization))
                    .or(tags::organization_id
                        .eq(organization)
                        .and(tags::name_folded.eq(&row.name_folded)))
                    .or(tags::organization_id.eq(organization).and(tags::slug.eq(&row.slug)))
            )
            .order(tags::id)
            .select(Tag::as_select())
            .for_update()
            .load(c)),
        Sqlite(|c| tags::table
            .filter(
                tags::id
                    .eq(id)
                    .and(tags::organization_id.eq(organization))
                    .or(tags::organization_id
                        .eq(organization)
                        .and(tags::name_folded.eq(&row.name_folded)))
                    .or(tags::organization_id.eq(organization).and(tags::slug.eq(&row.slug)))
            )
            .order(tags::id)
            .select(Tag::as_select())
            .load(c)),
    )
}

pub(crate) async fn by_id(
    work: &mut Work,
    organization: OrgId,
    id: TagId,
) -> db::Result<Option<Tag>> {
    run!(work, |c| tags::table
        .filter(tags::organization_id.eq(organization))
        .filter(tags::id.eq(id))
        .select(Tag::as_select())
        .first(c))
    .optional()
}

/// Inserts a tag unless another one has its name or slug.
///
/// Uses ON CONFLICT instead of a unique violation: a failed statement aborts the transaction on PostgreSQL, and two
/// writers with half of their index entries written can deadlock.
///
/// # Errors
/// [`Error::Taken`]; [`Error::NotFound`] if the organization does not exist.
pub(crate) async fn insert(work: &mut Work, row: &NewRow) -> Result<Tag> {
    let written = run!(work, |c| diesel::insert_into(tags::table)
        .values(row)
        .on_conflict_do_nothing()
        .returning(Tag::as_returning())
        .get_result(c));
    match written {
        Err(db::Error::NotFound) => Err(Error::Taken),
        outcome => outcome.map_err(map_missing_organization),
    }
}

/// Maps a foreign key violation. The only foreign key of a tag is its organization.
fn map_missing_organization(error: db::Error) -> Error {
    match error {
        db::Error::ForeignKey(_) => Error::NotFound,
        error => error.into(),
    }
}

/// Inserts the tags whose names and slugs are free.
///
/// Two arms because diesel supports a multi-row insert that ignores conflicts on PostgreSQL only.
///
/// # Errors
/// [`Error::NotFound`] if the organization does not exist.
pub(crate) async fn insert_missing(work: &mut Work, rows: &[NewRow]) -> Result<()> {
    run!(
        work,
        Postgres(|c| diesel::insert_into(tags::table)
            .values(rows)
            .on_conflict_do_nothing()
            .execute(c)),
        Sqlite(|c| async move {
            let mut written = 0;
            for row in rows {
                written += diesel::insert_into(tags::table)
                    .values(row)
                    .on_conflict_do_nothing()
                    .execute(c)
                    .await?;
            }
            Ok(written)
        }),
    )
    .map(drop)
    .map_err(map_missing_organization)
}

/// # Errors
/// [`Error::Taken`] if another tag has the name or slug.
pub(crate) async fn update(work: &mut Work, id: TagId, row: &ChangedRow) -> Result<Tag> {
    let changed = run!(work, |c| diesel::update(tags::table.find(id))
        .set(row)
        .returning(Tag::as_returning())
        .get_result(c));
    match changed {
        Ok(tag) => Ok(tag),
        Err(db::Error::Unique(_)) => Err(Error::Taken),
        Err(error) => Err(error.into()),
    }
}

/// Deletes a tag and its links. Returns false if the tag does not exist.
pub(crate) async fn delete(work: &mut Work, organization: OrgId, id: TagId) -> db::Result<bool> {
    let deleted = run!(work, |c| diesel::delete(
        tags::table.filter(tags::organization_id.eq(organization)).filter(tags::id.eq(id))
    )
    .execute(c))?;
    Ok(deleted > 0)
}
