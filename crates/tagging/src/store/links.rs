//! Queries on `tag_links`.

use std::collections::HashMap;

use diesel::{ExpressionMethods, QueryDsl, SelectableHelper, result::Error as Diesel};
use loggia_db::{self as db, RunQueryDsl, Work, run};
use loggia_kernel::{OrgId, Page, PageRequest};

use crate::{
    Error, Order, Result, TargetKind,
    model::{LinkRow, Tag, TagId, Target},
    schema::{tag_links, tag_target_is_held, tags},
};

/// The name of the constraint that a link's target exists, set by the migrations of both databases.
const TARGET: &str = "tag_links_target_id_fkey";

/// Returns true if the target exists, and locks it and its organization until the transaction ends.
///
/// Two arms because SQLite serializes writing transactions. There the trigger on links checks that the target exists.
pub(crate) async fn lock(work: &mut Work, target: Target) -> db::Result<bool> {
    let (organization, kind) = (target.organization, target.kind.as_str());
    run!(
        work,
        Postgres(
            |c| diesel::select(tag_target_is_held(organization, kind, target.id)).get_result(c)
        ),
        Sqlite(|_c| async { diesel::QueryResult::Ok(true) }),
    )
}

/// Assigns tags to a target in this order. Existing assignments keep their position.
///
/// Two arms because diesel supports a multi-row insert that ignores conflicts on PostgreSQL only.
///
/// # Errors
/// [`Error::NotFound`] if the target does not exist in the organization.
pub(crate) async fn insert(work: &mut Work, rows: &[LinkRow]) -> Result<()> {
    run!(
        work,
        Postgres(|c| diesel::insert_into(tag_links::table)
            .values(rows)
            .on_conflict_do_nothing()
            .execute(c)),
        Sqlite(|c| async move {
            let mut written = 0;
            for row in rows {
                written += diesel::insert_into(tag_links::table)
                    .values(row)
                    .on_conflict_do_nothing()
                    .execute(c)
                    .await?;
            }
            Ok(written)
        }),
    )
    .map(drop)
    .map_err(|error| match error {
        db::Error::ForeignKey(_) => Error::NotFound,
        // Errors raised by a SQLite trigger have no error kind of their own.
        db::Error::Query(Diesel::DatabaseError(_, facts)) if facts.message() == TARGET => {
            Error::NotFound
        }
        error => error.into(),
    })
}

/// Removes tags from a target. Returns the number of removed assignments.
pub(crate) async fn delete(work: &mut Work, target: Target, tags: &[TagId]) -> db::Result<usize> {
    run!(work, |c| diesel::delete(
        tag_links::table
            .filter(tag_links::kind.eq(target.kind.as_str()))
            .filter(tag_links::target_id.eq(target.id))
            .filter(tag_links::organization_id.eq(target.organization))
            .filter(tag_links::tag_id.eq_any(tags))
    )
    .execute(c))
}

/// Returns a page of a target's tags. Without an order, they are sorted by time of assignment.
pub(crate) async fn of_target(
    work: &mut Work,
    target: Target,
    order: Option<Order>,
    page: PageRequest,
) -> db::Result<Page<Tag>> {
    let kind = target.kind.as_str();
    let count: i64 = run!(work, |c| tag_links::table
        .filter(tag_links::kind.eq(kind))
        .filter(tag_links::target_id.eq(target.id))
        .filter(tag_links::organization_id.eq(target.organization))
        .count()
        .get_result(c))?;
    let items = run!(work, |c| {
        let query = tag_links::table
            .inner_join(tags::table)
            .filter(tag_links::kind.eq(kind))
            .filter(tag_links::target_id.eq(target.id))
            .filter(tag_links::organization_id.eq(target.organization))
            .select(Tag::as_select())
            .limit(page.limit())
            .offset(page.offset())
            .into_boxed();
        match order {
            None => query.order(tag_links::id.asc()),
            Some(Order::Id) => query.order(tags::id.asc()),
            Some(Order::IdDescending) => query.order(tags::id.desc()),
            Some(Order::Name) => query.order(tags::name_folded.asc()),
            Some(Order::NameDescending) => query.order(tags::name_folded.desc()),
        }
        .load(c)
    })?;
    Ok(Page { items, count: u64::try_from(count).unwrap_or_default() })
}

/// Returns the tags of several targets, sorted by time of assignment. Targets without tags are omitted.
pub(crate) async fn of_targets(
    work: &mut Work,
    kind: TargetKind,
    targets: &[i64],
) -> db::Result<HashMap<i64, Vec<Tag>>> {
    let rows: Vec<(i64, Tag)> = run!(work, |c| tag_links::table
        .inner_join(tags::table)
        .filter(tag_links::kind.eq(kind.as_str()))
        .filter(tag_links::target_id.eq_any(targets))
        .order(tag_links::id)
        .select((tag_links::target_id, Tag::as_select()))
        .load(c))?;
    let mut by_target: HashMap<i64, Vec<Tag>> = HashMap::new();
    for (target, tag) in rows {
        by_target.entry(target).or_default().push(tag);
    }
    Ok(by_target)
}

/// Returns the targets in these organizations that have the tag with this slug, sorted by id.
pub(crate) async fn targets(
    work: &mut Work,
    organizations: &[OrgId],
    kind: TargetKind,
    slug: &str,
) -> db::Result<Vec<i64>> {
    let mut targets: Vec<i64> = run!(work, |c| tag_links::table
        .inner_join(tags::table)
        .filter(tags::organization_id.eq_any(organizations))
        .filter(tags::slug.eq(slug))
        .filter(tag_links::kind.eq(kind.as_str()))
        .select(tag_links::target_id)
        .load(c))?;
    // Sorted here because with ORDER BY, SQLite would scan the index of all links.
    targets.sort_unstable();
    Ok(targets)
}
