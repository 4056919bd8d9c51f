//! Queries on `roles` and `role_permissions`. Plain functions over `&mut Work`: the caller decides on the transaction.

use std::collections::{BTreeSet, HashMap};

use diesel::{
    EscapeExpressionMethods, ExpressionMethods, IntoSql, QueryDsl, SelectableHelper,
    TextExpressionMethods, sql_types::BigInt,
};
use loggia_db::{self as db, OptionalExt, RunQueryDsl, Work, run};
use loggia_kernel::{
    Page,
    list::{ListRequest, Search, SortDirection, folded},
};

use super::model::{ChangedRow, NewRow, Role, RoleField, RoleRow};
use crate::{
    Error, Field, Permission, PermissionId, Result, RoleId,
    schema::{permissions, role_permissions, roles},
};

pub(crate) async fn by_id(work: &mut Work, id: RoleId) -> db::Result<Option<Role>> {
    let row: Option<RoleRow> =
        run!(work, |c| roles::table.find(id).select(RoleRow::as_select()).first(c)).optional()?;
    match row {
        Some(row) => Ok(Some(complete(work, row).await?)),
        None => Ok(None),
    }
}

/// Returns the role of this name without regard to case: the built-in role first, then an exact match, then the oldest.
pub(crate) async fn by_name(work: &mut Work, name: &str) -> db::Result<Option<Role>> {
    let folded = folded(name);
    let rows: Vec<RoleRow> = run!(work, |c| roles::table
        .filter(roles::name_folded.eq(&folded))
        .order(roles::id)
        .select(RoleRow::as_select())
        .load(c))?;
    let rank = |row: &RoleRow| (!row.is_built_in, row.name != name, row.id);
    match rows.into_iter().min_by_key(rank) {
        Some(row) => Ok(Some(complete(work, row).await?)),
        None => Ok(None),
    }
}

/// Locks a role until the transaction ends, so that it cannot be changed, assigned or removed in between.
///
/// Two arms because PostgreSQL needs an explicit lock and SQLite serializes writing transactions.
pub(crate) async fn lock(work: &mut Work, id: RoleId) -> db::Result<Option<RoleRow>> {
    run!(
        work,
        Postgres(|c| roles::table
            .find(id)
            .select(RoleRow::as_select())
            .for_no_key_update()
            .first(c)),
        Sqlite(|c| roles::table.find(id).select(RoleRow::as_select()).first(c)),
    )
    .optional()
}

/// Returns the ids of the permissions that a role grants.
pub(crate) async fn permission_ids(
    work: &mut Work,
    id: RoleId,
) -> db::Result<BTreeSet<PermissionId>> {
    let granted: Vec<PermissionId> = run!(work, |c| role_permissions::table
        .filter(role_permissions::role_id.eq(id))
        .select(role_permissions::permission_id)
        .load(c))?;
    Ok(granted.into_iter().collect())
}

pub(crate) async fn complete(work: &mut Work, row: RoleRow) -> db::Result<Role> {
    let mut granted = permissions_of(work, Some(&[row.id])).await?;
    let permissions = granted.remove(&row.id).unwrap_or_default();
    Ok(row.with(permissions))
}

/// Returns the permissions of these roles, or of all roles, by role, sorted by permission id.
async fn permissions_of(
    work: &mut Work,
    only: Option<&[RoleId]>,
) -> db::Result<HashMap<RoleId, Vec<Permission>>> {
    let pairs: Vec<(RoleId, Permission)> = run!(work, |c| {
        let mut query = role_permissions::table
            .inner_join(permissions::table)
            .select((role_permissions::role_id, Permission::as_select()))
            .order(role_permissions::permission_id)
            .into_boxed();
        if let Some(only) = only {
            query = query.filter(role_permissions::role_id.eq_any(only));
        }
        query.load(c)
    })?;
    let mut by_role: HashMap<RoleId, Vec<Permission>> = HashMap::new();
    for (role, permission) in pairs {
        by_role.entry(role).or_default().push(permission);
    }
    Ok(by_role)
}

pub(crate) async fn list(
    work: &mut Work,
    request: &ListRequest<RoleField>,
) -> db::Result<Page<Role>> {
    let pattern = request.search.as_ref().map(Search::pattern);
    let rows: Vec<RoleRow> = run!(work, |c| {
        let mut query = roles::table.select(RoleRow::as_select()).into_boxed();
        if let Some(pattern) = &pattern {
            query = query.filter(roles::name_folded.like(pattern).escape(Search::ESCAPE));
        }
        for (field, direction) in &request.order {
            query = match (field, direction) {
                (RoleField::Id, SortDirection::Ascending) => query.then_order_by(roles::id.asc()),
                (RoleField::Id, SortDirection::Descending) => query.then_order_by(roles::id.desc()),
                (RoleField::Name, SortDirection::Ascending) => {
                    query.then_order_by(roles::name.asc())
                }
                (RoleField::Name, SortDirection::Descending) => {
                    query.then_order_by(roles::name.desc())
                }
            };
        }
        if let Some(page) = request.page {
            query = query.limit(page.limit()).offset(page.offset());
        }
        query.then_order_by(roles::id.asc()).load(c)
    })?;
    let ids: Vec<RoleId> = rows.iter().map(|row| row.id).collect();
    // An unpaged list can have more ids than one statement accepts as binds.
    let only = request.page.map(|_| ids.as_slice());
    let mut granted = permissions_of(work, only).await?;
    let items: Vec<Role> = rows
        .into_iter()
        .map(|row| {
            let permissions = granted.remove(&row.id).unwrap_or_default();
            row.with(permissions)
        })
        .collect();
    if request.page.is_none() {
        return Ok(Page::whole(items));
    }
    let count: i64 = run!(work, |c| {
        let mut query = roles::table.count().into_boxed();
        if let Some(pattern) = &pattern {
            query = query.filter(roles::name_folded.like(pattern).escape(Search::ESCAPE));
        }
        query.get_result(c)
    })?;
    Ok(Page { items, count: u64::try_from(count).unwrap_or_default() })
}

/// Returns true if a role other than `except` has this name.
pub(crate) async fn has_name(
    work: &mut Work,
    name: &str,
    except: Option<RoleId>,
) -> db::Result<bool> {
    // Ids begin at 1, so 0 excludes no role.
    let except = except.unwrap_or(RoleId::new(0));
    run!(work, |c| diesel::select(diesel::dsl::exists(
        roles::table.filter(roles::name.eq(name)).filter(roles::id.ne(except))
    ))
    .get_result(c))
}

pub(crate) async fn insert(work: &mut Work, row: &NewRow<'_>) -> Result<RoleRow> {
    run!(work, |c| diesel::insert_into(roles::table)
        .values(row)
        .returning(RoleRow::as_returning())
        .get_result(c))
    .map_err(taken)
}

pub(crate) async fn update(work: &mut Work, id: RoleId, row: &ChangedRow) -> Result<RoleRow> {
    run!(work, |c| diesel::update(roles::table.find(id))
        .set(row)
        .returning(RoleRow::as_returning())
        .get_result(c))
    .map_err(taken)
}

/// Adds permissions to a role, which must not have any of them.
pub(crate) async fn add(
    work: &mut Work,
    id: RoleId,
    added: &BTreeSet<PermissionId>,
) -> db::Result<()> {
    run!(work, |c| diesel::insert_into(role_permissions::table)
        .values(
            permissions::table
                .filter(permissions::id.eq_any(added))
                .select((id.into_sql::<BigInt>(), permissions::id))
        )
        .into_columns((role_permissions::role_id, role_permissions::permission_id))
        .execute(c))
    .map(drop)
}

/// Removes permissions from a role.
pub(crate) async fn remove(
    work: &mut Work,
    id: RoleId,
    taken: &BTreeSet<PermissionId>,
) -> db::Result<()> {
    run!(work, |c| diesel::delete(
        role_permissions::table
            .filter(role_permissions::role_id.eq(id))
            .filter(role_permissions::permission_id.eq_any(taken))
    )
    .execute(c))
    .map(drop)
}

pub(crate) async fn delete(work: &mut Work, id: RoleId) -> db::Result<()> {
    run!(work, |c| diesel::delete(roles::table.find(id)).execute(c)).map(drop)
}

fn taken(error: db::Error) -> Error {
    match error {
        db::Error::Unique(key) if key == "roles_name_key" => {
            Error::Taken { field: Field::RoleName }
        }
        db::Error::NotFound => Error::NotFound,
        error => error.into(),
    }
}
