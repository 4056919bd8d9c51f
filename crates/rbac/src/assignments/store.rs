//! Queries on `account_roles`. Plain functions over `&mut Work`: the caller decides on the transaction.

use diesel::{
    EscapeExpressionMethods, ExpressionMethods, QueryDsl, SelectableHelper, TextExpressionMethods,
};
use loggia_db::{self as db, OptionalExt, RunQueryDsl, Work, run};
use loggia_kernel::{
    AccountId, Page,
    list::{ListRequest, Search, SortDirection},
};

use super::model::{Assignment, AssignmentField, NewRow};
use crate::{
    AssignmentId, Error, Result, RoleId,
    schema::{account_roles, roles},
};

pub(crate) async fn by_id(work: &mut Work, id: AssignmentId) -> db::Result<Option<Assignment>> {
    run!(work, |c| account_roles::table.find(id).select(Assignment::as_select()).first(c))
        .optional()
}

/// Returns true if the account has the role.
pub(crate) async fn has(work: &mut Work, account: AccountId, role: RoleId) -> db::Result<bool> {
    run!(work, |c| diesel::select(diesel::dsl::exists(
        account_roles::table
            .filter(account_roles::account_id.eq(account))
            .filter(account_roles::role_id.eq(role))
    ))
    .get_result(c))
}

pub(crate) async fn list(
    work: &mut Work,
    request: &ListRequest<AssignmentField>,
) -> db::Result<Page<Assignment>> {
    let pattern = request.search.as_ref().map(Search::pattern);
    let items = run!(work, |c| {
        let mut query = account_roles::table
            .inner_join(roles::table)
            .select(Assignment::as_select())
            .into_boxed();
        if let Some(pattern) = &pattern {
            query = query.filter(roles::name_folded.like(pattern).escape(Search::ESCAPE));
        }
        for (field, direction) in &request.order {
            use AssignmentField::{Account, CreatedAt, Id, Role};
            use SortDirection::{Ascending, Descending};
            query = match (field, direction) {
                (Id, Ascending) => query.then_order_by(account_roles::id.asc()),
                (Id, Descending) => query.then_order_by(account_roles::id.desc()),
                (Account, Ascending) => query.then_order_by(account_roles::account_id.asc()),
                (Account, Descending) => query.then_order_by(account_roles::account_id.desc()),
                (Role, Ascending) => query.then_order_by(account_roles::role_id.asc()),
                (Role, Descending) => query.then_order_by(account_roles::role_id.desc()),
                (CreatedAt, Ascending) => query.then_order_by(account_roles::created_at.asc()),
                (CreatedAt, Descending) => query.then_order_by(account_roles::created_at.desc()),
            };
        }
        if let Some(page) = request.page {
            query = query.limit(page.limit()).offset(page.offset());
        }
        query.then_order_by(account_roles::id.asc()).load(c)
    })?;
    if request.page.is_none() {
        return Ok(Page::whole(items));
    }
    let count: i64 = run!(work, |c| {
        let mut query = account_roles::table.inner_join(roles::table).count().into_boxed();
        if let Some(pattern) = &pattern {
            query = query.filter(roles::name_folded.like(pattern).escape(Search::ESCAPE));
        }
        query.get_result(c)
    })?;
    Ok(Page { items, count: u64::try_from(count).unwrap_or_default() })
}

/// # Errors
/// [`Error::AlreadyAssigned`] if the row exists; [`Error::UnknownAccount`] if the account does not exist. The caller
/// has locked the role, so the role exists.
pub(crate) async fn insert(work: &mut Work, row: &NewRow) -> Result<Assignment> {
    run!(work, |c| diesel::insert_into(account_roles::table)
        .values(row)
        .returning(Assignment::as_returning())
        .get_result(c))
    .map_err(|error| match error {
        db::Error::Unique(key) if key == "account_roles_account_id_role_id_key" => {
            Error::AlreadyAssigned
        }
        db::Error::ForeignKey(_) => Error::UnknownAccount(row.account_id),
        error => error.into(),
    })
}

/// Deletes an assignment. Returns false if it does not exist.
pub(crate) async fn delete(work: &mut Work, id: AssignmentId) -> db::Result<bool> {
    run!(work, |c| diesel::delete(account_roles::table.find(id)).execute(c)).map(|rows| rows == 1)
}

/// Removes a role from an account. Returns false if the account does not have the role.
pub(crate) async fn delete_of(
    work: &mut Work,
    account: AccountId,
    role: RoleId,
) -> db::Result<bool> {
    run!(work, |c| diesel::delete(
        account_roles::table
            .filter(account_roles::account_id.eq(account))
            .filter(account_roles::role_id.eq(role))
    )
    .execute(c))
    .map(|rows| rows > 0)
}
