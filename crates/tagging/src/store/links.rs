//! Queries on `tag_links`.

use std::collections::HashMap;

use diesel::{ExpressionMethods, QueryDsl, SelectableHelper, result::Error as Diesel};
use diesel_async::RunQueryDsl;
use loggia_db::{self as db, Conn, run};
use loggia_kernel::{OrgId, Page, PageRequest};

use crate::{
    Error, Order, Result, TargetKind,
    model::{LinkRow, Tag, TagId, Target},
    schema::{tag_links, tag_target_is_held, tags},
};

/// What both databases call the rule that a link's target is there. The migration gives it to them.
const TARGET: &str = "tag_links_target_id_fkey";

/// Whether the target is there; if so it stays so, and so does its organisation, until the transaction ends.
///
/// Two arms because SQLite's writing transactions exclude each other anyway; there the trigger on links says whether the
/// target is there.
pub(crate) async fn lock(conn: &mut Conn, target: Target) -> db::Result<bool> {
    let (organization, kind) = (target.organization, target.kind.as_str());
    run!(
        conn,
        Postgres(
            |c| diesel::select(tag_target_is_held(organization, kind, target.id)).get_result(c)
        ),
        Sqlite(|_c| async { diesel::QueryResult::Ok(true) }),
    )
}

/// Puts tags on a target, in this order; what is on it already stays where it is.
///
/// Two arms because diesel writes rows that may be left out in one statement for PostgreSQL only.
///
/// # Errors
/// [`Error::NotFound`] if the organisation has no such target.
pub(crate) async fn insert(conn: &mut Conn, rows: &[LinkRow]) -> Result<()> {
    run!(
        conn,
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
        // What a trigger of SQLite refuses has no kind of its own.
        db::Error::Query(Diesel::DatabaseError(_, facts)) if facts.message() == TARGET => {
            Error::NotFound
        }
        error => error.into(),
    })
}

/// Takes tags off a target; says how many were on it.
pub(crate) async fn delete(conn: &mut Conn, target: Target, tags: &[TagId]) -> db::Result<usize> {
    run!(conn, |c| diesel::delete(
        tag_links::table
            .filter(tag_links::kind.eq(target.kind.as_str()))
            .filter(tag_links::target_id.eq(target.id))
            .filter(tag_links::organization_id.eq(target.organization))
            .filter(tag_links::tag_id.eq_any(tags))
    )
    .execute(c))
}

/// A page of a target's tags; without an order, as they were put on it.
pub(crate) async fn of_target(
    conn: &mut Conn,
    target: Target,
    order: Option<Order>,
    page: PageRequest,
) -> db::Result<Page<Tag>> {
    let kind = target.kind.as_str();
    let count: i64 = run!(conn, |c| tag_links::table
        .filter(tag_links::kind.eq(kind))
        .filter(tag_links::target_id.eq(target.id))
        .filter(tag_links::organization_id.eq(target.organization))
        .count()
        .get_result(c))?;
    let items = run!(conn, |c| {
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
    Ok(Page {
        items,
        count: u64::try_from(count).unwrap_or_default(),
    })
}

/// The tags of several targets, of each as they were put on it. Targets without any are left out.
pub(crate) async fn of_targets(
    conn: &mut Conn,
    kind: TargetKind,
    targets: &[i64],
) -> db::Result<HashMap<i64, Vec<Tag>>> {
    let rows: Vec<(i64, Tag)> = run!(conn, |c| tag_links::table
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

/// The targets in these organisations that bear a tag of this slug, in the order of their ids.
pub(crate) async fn targets(
    conn: &mut Conn,
    organizations: &[OrgId],
    kind: TargetKind,
    slug: &str,
) -> db::Result<Vec<i64>> {
    let mut targets: Vec<i64> = run!(conn, |c| tag_links::table
        .inner_join(tags::table)
        .filter(tags::organization_id.eq_any(organizations))
        .filter(tags::slug.eq(slug))
        .filter(tag_links::kind.eq(kind.as_str()))
        .select(tag_links::target_id)
        .load(c))?;
    // Asked for this order, SQLite would walk all links there are, because they lie in it.
    targets.sort_unstable();
    Ok(targets)
}
