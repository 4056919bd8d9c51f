//! Queries on `permissions`. Plain functions over `&mut Work`: the caller decides on the transaction.

use std::collections::BTreeSet;

use diesel::{
    EscapeExpressionMethods, ExpressionMethods, QueryDsl, SelectableHelper, TextExpressionMethods,
};
use loggia_db::{self as db, OptionalExt, RunQueryDsl, Work, run};
use loggia_kernel::{
    Page,
    list::{ListRequest, Search, SortDirection},
};

use super::model::{ChangedRow, NewRow, Permission, PermissionField};
use crate::{
    Error, Field, PermissionId, Result,
    schema::{permissions, role_permissions},
};

pub(crate) async fn by_id(work: &mut Work, id: PermissionId) -> db::Result<Option<Permission>> {
    run!(work, |c| permissions::table.find(id).select(Permission::as_select()).first(c)).optional()
}

/// Locks a permission until the transaction ends, so that no role can be granted it in between.
///
/// Two arms because PostgreSQL needs an explicit lock and SQLite serializes writing transactions. The same applies to
/// [`lock_existing`].
pub(crate) async fn lock(work: &mut Work, id: PermissionId) -> db::Result<Option<Permission>> {
    run!(
        work,
        Postgres(|c| permissions::table
            .find(id)
            .select(Permission::as_select())
            .for_update()
            .first(c)),
        Sqlite(|c| permissions::table.find(id).select(Permission::as_select()).first(c)),
    )
    .optional()
}

/// Returns the ids that exist, in ascending order, and locks them until the transaction ends.
pub(crate) async fn lock_existing(
    work: &mut Work,
    ids: &BTreeSet<PermissionId>,
) -> db::Result<Vec<PermissionId>> {
    run!(
        work,
        Postgres(|c| permissions::table
            .filter(permissions::id.eq_any(ids))
            .order(permissions::id)
            .select(permissions::id)
            .for_key_share()
            .load(c)),
        Sqlite(|c| permissions::table
            .filter(permissions::id.eq_any(ids))
            .order(permissions::id)
            .select(permissions::id)
            .load(c)),
    )
}

/// Returns the ids that exist, without a lock.
pub(crate) async fn existing(
    work: &mut Work,
    ids: &[PermissionId],
) -> db::Result<Vec<PermissionId>> {
    run!(work, |c| permissions::table
        .filter(permissions::id.eq_any(ids))
        .select(permissions::id)
        .load(c))
}

pub(crate) async fn list(
    work: &mut Work,
    request: &ListRequest<PermissionField>,
) -> db::Result<Page<Permission>> {
    let pattern = request.search.as_ref().map(Search::pattern);
    let items = run!(work, |c| {
        let mut query = permissions::table.select(Permission::as_select()).into_boxed();
        if let Some(pattern) = &pattern {
            query = query
                .filter(permissions::name_folded.like(pattern).escape(Search::ESCAPE))
                .or_filter(permissions::codename_folded.like(pattern).escape(Search::ESCAPE));
        }
        for (field, direction) in &request.order {
            use SortDirection::{Ascending, Descending};
            query = match (field, direction) {
                (PermissionField::Id, Ascending) => query.then_order_by(permissions::id.asc()),
                (PermissionField::Id, Descending) => query.then_order_by(permissions::id.desc()),
                (PermissionField::Name, Ascending) => query.then_order_by(permissions::name.asc()),
                (PermissionField::Name, Descending) => {
                    query.then_order_by(permissions::name.desc())
                }
                (PermissionField::Codename, Ascending) => {
                    query.then_order_by(permissions::codename.asc())
                }
                (PermissionField::Codename, Descending) => {
                    query.then_order_by(permissions::codename.desc())
                }
            };
        }
        if let Some(page) = request.page {
            query = query.limit(page.limit()).offset(page.offset());
        }
        query.then_order_by(permissions::id.asc()).load(c)
    })?;
    if request.page.is_none() {
        return Ok(Page::whole(items));
    }
    let count: i64 = run!(work, |c| {
        let mut query = permissions::table.count().into_boxed();
        if let Some(pattern) = &pattern {
            query = query
                .filter(permissions::name_folded.like(pattern).escape(Search::ESCAPE))
                .or_filter(permissions::codename_folded.like(pattern).escape(Search::ESCAPE));
        }
        query.get_result(c)
    })?;
    Ok(Page { items, count: u64::try_from(count).unwrap_or_default() })
}

/// Returns true if a permission other than `except` has this codename.
pub(crate) async fn has_codename(
    work: &mut Work,
    codename: &str,
    except: Option<PermissionId>,
) -> db::Result<bool> {
    // Ids begin at 1, so 0 excludes no permission.
    let except = except.unwrap_or(PermissionId::new(0));
    run!(work, |c| diesel::select(diesel::dsl::exists(
        permissions::table
            .filter(permissions::codename.eq(codename))
            .filter(permissions::id.ne(except))
    ))
    .get_result(c))
}

/// Returns true if any role grants the permission.
pub(crate) async fn is_granted(work: &mut Work, id: PermissionId) -> db::Result<bool> {
    run!(work, |c| diesel::select(diesel::dsl::exists(
        role_permissions::table.filter(role_permissions::permission_id.eq(id))
    ))
    .get_result(c))
}

pub(crate) async fn insert(work: &mut Work, row: &NewRow<'_>) -> Result<Permission> {
    run!(work, |c| diesel::insert_into(permissions::table)
        .values(row)
        .returning(Permission::as_returning())
        .get_result(c))
    .map_err(taken)
}

/// # Errors
/// [`Error::NotFound`] if the permission does not exist.
pub(crate) async fn update(
    work: &mut Work,
    id: PermissionId,
    row: &ChangedRow,
) -> Result<Permission> {
    run!(work, |c| diesel::update(permissions::table.find(id))
        .set(row)
        .returning(Permission::as_returning())
        .get_result(c))
    .map_err(taken)
}

pub(crate) async fn delete(work: &mut Work, id: PermissionId) -> db::Result<()> {
    run!(work, |c| diesel::delete(permissions::table.find(id)).execute(c)).map(drop)
}

fn taken(error: db::Error) -> Error {
    match error {
        db::Error::Unique(key) if key == "permissions_codename_key" => {
            Error::Taken { field: Field::Codename }
        }
        db::Error::NotFound => Error::NotFound,
        error => error.into(),
    }
}
