//! Queries on `tags`.

use diesel::{
    BoolExpressionMethods, EscapeExpressionMethods, ExpressionMethods, QueryDsl, SelectableHelper,
    TextExpressionMethods,
};
use diesel_async::RunQueryDsl;
use loggia_db::{self as db, Conn, OptionalExt, run};
use loggia_kernel::{OrgId, Page, PageRequest, list::Search};

use crate::{
    Error, Order, Result,
    model::{ChangedRow, FoldedTag, NewRow, Tag, TagId},
    schema::tags,
};

pub(crate) async fn list(
    conn: &mut Conn,
    organization: OrgId,
    order: Order,
    page: PageRequest,
) -> db::Result<Page<Tag>> {
    let count: i64 = run!(conn, |c| tags::table
        .filter(tags::organization_id.eq(organization))
        .count()
        .get_result(c))?;
    let items = run!(conn, |c| {
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
    Ok(Page {
        items,
        count: u64::try_from(count).unwrap_or_default(),
    })
}

/// The tags with the text in their names, or all of them where there is none; by name.
pub(crate) async fn search(
    conn: &mut Conn,
    organization: OrgId,
    text: Option<&Search>,
    page: PageRequest,
) -> db::Result<Vec<Tag>> {
    let pattern = text.map_or_else(|| "%".to_owned(), Search::pattern);
    run!(conn, |c| tags::table
        .filter(tags::organization_id.eq(organization))
        .filter(tags::name_folded.like(&pattern).escape(Search::ESCAPE))
        .order(tags::name_folded)
        .limit(page.limit())
        .offset(page.offset())
        .select(Tag::as_select())
        .load(c))
}

pub(crate) async fn by_slug(
    conn: &mut Conn,
    organization: OrgId,
    slug: &str,
) -> db::Result<Option<Tag>> {
    run!(conn, |c| tags::table
        .filter(tags::organization_id.eq(organization))
        .filter(tags::slug.eq(slug))
        .select(Tag::as_select())
        .first(c))
    .optional()
}

/// The tags with one of these names or slugs, which stay as they are until the transaction ends.
///
/// The organisation is named in each alternative because SQLite then uses an index for each, and otherwise looks at all
/// tags of the organisation.
///
/// Two arms because PostgreSQL needs the lock said, and in one order for all; SQLite's writing transactions exclude each
/// other anyway. The same goes for the next one.
pub(crate) async fn lock_named(
    conn: &mut Conn,
    organization: OrgId,
    folded: &[&str],
    slugs: &[String],
) -> db::Result<Vec<FoldedTag>> {
    run!(
        conn,
        Postgres(|c| tags::table
            .filter(
                tags::organization_id
                    .eq(organization)
                    .and(tags::name_folded.eq_any(folded))
                    .or(tags::organization_id
                        .eq(organization)
                        .and(tags::slug.eq_any(slugs)))
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
                    .or(tags::organization_id
                        .eq(organization)
                        .and(tags::slug.eq_any(slugs)))
            )
            .order(tags::id)
            .select(FoldedTag::as_select())
            .load(c)),
    )
}

/// A tag, and all that stand in the way of its new name; locked until the transaction ends.
pub(crate) async fn lock_for_renaming(
    conn: &mut Conn,
    organization: OrgId,
    id: TagId,
    row: &ChangedRow,
) -> db::Result<Vec<Tag>> {
    run!(
        conn,
        Postgres(|c| tags::table
            .filter(
                tags::id
                    .eq(id)
                    .and(tags::organization_id.eq(organization))
                    .or(tags::organization_id
                        .eq(organization)
                        .and(tags::name_folded.eq(&row.name_folded)))
                    .or(tags::organization_id
                        .eq(organization)
                        .and(tags::slug.eq(&row.slug)))
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
                    .or(tags::organization_id
                        .eq(organization)
                        .and(tags::slug.eq(&row.slug)))
            )
            .order(tags::id)
            .select(Tag::as_select())
            .load(c)),
    )
}

pub(crate) async fn by_id(
    conn: &mut Conn,
    organization: OrgId,
    id: TagId,
) -> db::Result<Option<Tag>> {
    run!(conn, |c| tags::table
        .filter(tags::organization_id.eq(organization))
        .filter(tags::id.eq(id))
        .select(Tag::as_select())
        .first(c))
    .optional()
}

/// Writes a tag unless another one has its name or slug.
///
/// A conflict is asked for instead of suffered: a refused statement would cost PostgreSQL the whole transaction, and who
/// suffers one has put half of his row into the indexes while he waits for the other's.
///
/// # Errors
/// [`Error::Taken`]; [`Error::NotFound`] if there is no such organisation.
pub(crate) async fn insert(conn: &mut Conn, row: &NewRow) -> Result<Tag> {
    let written = run!(conn, |c| diesel::insert_into(tags::table)
        .values(row)
        .on_conflict_do_nothing()
        .returning(Tag::as_returning())
        .get_result(c));
    match written {
        Err(db::Error::NotFound) => Err(Error::Taken),
        outcome => outcome.map_err(map_missing_organization),
    }
}

/// The only foreign key of a tag is that of its organisation.
fn map_missing_organization(error: db::Error) -> Error {
    match error {
        db::Error::ForeignKey(_) => Error::NotFound,
        error => error.into(),
    }
}

/// Writes those of these tags whose names and slugs are free.
///
/// Two arms because diesel writes rows that may be left out in one statement for PostgreSQL only.
///
/// # Errors
/// [`Error::NotFound`] if there is no such organisation.
pub(crate) async fn insert_missing(conn: &mut Conn, rows: &[NewRow]) -> Result<()> {
    run!(
        conn,
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
/// [`Error::Taken`] for a name or slug of another tag.
pub(crate) async fn update(conn: &mut Conn, id: TagId, row: &ChangedRow) -> Result<Tag> {
    let changed = run!(conn, |c| diesel::update(tags::table.find(id))
        .set(row)
        .returning(Tag::as_returning())
        .get_result(c));
    match changed {
        Ok(tag) => Ok(tag),
        Err(db::Error::Unique(_)) => Err(Error::Taken),
        Err(error) => Err(error.into()),
    }
}

/// Deletes a tag with its links. False if there is no such tag.
pub(crate) async fn delete(conn: &mut Conn, organization: OrgId, id: TagId) -> db::Result<bool> {
    let deleted = run!(conn, |c| diesel::delete(
        tags::table
            .filter(tags::organization_id.eq(organization))
            .filter(tags::id.eq(id))
    )
    .execute(c))?;
    Ok(deleted > 0)
}
