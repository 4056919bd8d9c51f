//! Queries on `content_entries`. The caller decides on the transaction.

use diesel::{
    BoolExpressionMethods, EscapeExpressionMethods, ExpressionMethods, QueryDsl, SelectableHelper,
    TextExpressionMethods,
    backend::{Backend, DieselReserveSpecialization},
    serialize::ToSql,
    sql_types::{Bool, HasSqlType, Text},
};
use loggia_db::{self as db, OptionalExt, RunQueryDsl, Work, run};
use loggia_kernel::{
    Page,
    list::{ListRequest, Search, SortDirection},
};

use crate::{
    Audience, Entry, EntryField, EntryId, EntrySlug, Error, Kind, Result,
    model::{ChangedRow, NewRow},
    schema::content_entries,
};

/// The unique constraint on kind and slug.
const SLUG_KEY: &str = "content_entries_kind_slug_key";

type Rows<DB> = content_entries::BoxedQuery<'static, DB>;

/// Returns the requested entries of a kind, and their total count.
pub(crate) async fn list(
    work: &mut Work,
    kind: Kind,
    audience: Audience,
    request: &ListRequest<EntryField>,
) -> db::Result<Page<Entry>> {
    let search = request.search.as_ref();
    let Some(page) = request.page else {
        let items = run!(work, |c| ordered(
            filtered(content_entries::table.into_boxed(), kind, audience, search),
            request
        )
        .select(Entry::as_select())
        .load(c))?;
        return Ok(Page::whole(items));
    };
    let count: i64 =
        run!(work, |c| filtered(content_entries::table.into_boxed(), kind, audience, search)
            .count()
            .get_result(c))?;
    let items = run!(work, |c| ordered(
        filtered(content_entries::table.into_boxed(), kind, audience, search),
        request
    )
    .limit(page.limit())
    .offset(page.offset())
    .select(Entry::as_select())
    .load(c))?;
    Ok(Page { items, count: u64::try_from(count).unwrap_or_default() })
}

/// Selects the entries of a kind that an audience sees and that match the search.
fn filtered<DB>(all: Rows<DB>, kind: Kind, audience: Audience, search: Option<&Search>) -> Rows<DB>
where
    DB: Backend + HasSqlType<Bool> + DieselReserveSpecialization + 'static,
    String: ToSql<Text, DB>,
    &'static str: ToSql<Text, DB>,
    bool: ToSql<Bool, DB>,
{
    let mut rows = all.filter(content_entries::kind.eq(kind.as_str()));
    if audience == Audience::Public {
        rows = rows.filter(content_entries::is_published.eq(true));
    }
    if let Some(pattern) = search.map(Search::pattern) {
        let in_title = content_entries::title_folded.like(pattern.clone()).escape(Search::ESCAPE);
        let in_description =
            content_entries::description_folded.like(pattern).escape(Search::ESCAPE);
        rows = rows.filter(in_title.or(in_description));
    }
    rows
}

/// Sorts the rows in the requested order, with the id as the last key.
fn ordered<DB: Backend + DieselReserveSpecialization + 'static>(
    rows: Rows<DB>,
    request: &ListRequest<EntryField>,
) -> Rows<DB> {
    use SortDirection::{Ascending, Descending};
    use content_entries::{created_at, id, slug, title_folded, updated_at};

    let rows = request.order.iter().fold(rows, |rows, order| match order {
        (EntryField::Id, Ascending) => rows.then_order_by(id.asc()),
        (EntryField::Id, Descending) => rows.then_order_by(id.desc()),
        (EntryField::Title, Ascending) => rows.then_order_by(title_folded.asc()),
        (EntryField::Title, Descending) => rows.then_order_by(title_folded.desc()),
        (EntryField::Slug, Ascending) => rows.then_order_by(slug.asc()),
        (EntryField::Slug, Descending) => rows.then_order_by(slug.desc()),
        (EntryField::CreatedAt, Ascending) => rows.then_order_by(created_at.asc()),
        (EntryField::CreatedAt, Descending) => rows.then_order_by(created_at.desc()),
        (EntryField::UpdatedAt, Ascending) => rows.then_order_by(updated_at.asc()),
        (EntryField::UpdatedAt, Descending) => rows.then_order_by(updated_at.desc()),
    });
    rows.then_order_by(id.asc())
}

pub(crate) async fn by_slug(
    work: &mut Work,
    kind: Kind,
    slug: &EntrySlug,
) -> db::Result<Option<Entry>> {
    run!(work, |c| content_entries::table
        .filter(content_entries::kind.eq(kind.as_str()))
        .filter(content_entries::slug.eq(slug))
        .select(Entry::as_select())
        .first(c))
    .optional()
}

/// Returns true if an entry of this kind other than `except` has this slug.
pub(crate) async fn is_taken(
    work: &mut Work,
    kind: Kind,
    slug: &EntrySlug,
    except: Option<EntryId>,
) -> db::Result<bool> {
    let holder: Option<EntryId> = run!(work, |c| content_entries::table
        .filter(content_entries::kind.eq(kind.as_str()))
        .filter(content_entries::slug.eq(slug))
        .select(content_entries::id)
        .first(c))
    .optional()?;
    Ok(holder.is_some_and(|holder| Some(holder) != except))
}

/// Returns the slugs that entries of this kind already have.
pub(crate) async fn taken_slugs(
    work: &mut Work,
    kind: Kind,
    slugs: &[EntrySlug],
) -> db::Result<Vec<EntrySlug>> {
    run!(work, |c| content_entries::table
        .filter(content_entries::kind.eq(kind.as_str()))
        .filter(content_entries::slug.eq_any(slugs))
        .select(content_entries::slug)
        .load(c))
}

/// Inserts an entry. Returns `None` if its slug is taken; the transaction stays usable.
pub(crate) async fn insert(work: &mut Work, row: &NewRow<'_>) -> db::Result<Option<Entry>> {
    run!(work, |c| diesel::insert_into(content_entries::table)
        .values(row)
        .on_conflict((content_entries::kind, content_entries::slug))
        .do_nothing()
        .returning(Entry::as_returning())
        .get_result(c))
    .optional()
}

/// # Errors
/// [`Error::NotFound`] if the entry does not exist; [`Error::SlugTaken`].
pub(crate) async fn update(
    work: &mut Work,
    kind: Kind,
    id: EntryId,
    row: &ChangedRow,
) -> Result<Entry> {
    let changed = run!(work, |c| diesel::update(content_entries::table.find(id))
        .set(row)
        .returning(Entry::as_returning())
        .get_result(c));
    changed.map_err(|error| match error {
        db::Error::NotFound => Error::NotFound,
        error if error.unique_key() == Some(SLUG_KEY) => Error::SlugTaken { kind },
        error => error.into(),
    })
}

/// Deletes an entry. Returns false if it does not exist.
pub(crate) async fn delete(work: &mut Work, kind: Kind, slug: &EntrySlug) -> db::Result<bool> {
    run!(work, |c| diesel::delete(
        content_entries::table
            .filter(content_entries::kind.eq(kind.as_str()))
            .filter(content_entries::slug.eq(slug))
    )
    .execute(c))
    .map(|rows| rows == 1)
}
