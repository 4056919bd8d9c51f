//! Effective permissions of accounts, and the rule that callers cannot grant a permission they do not have.

use std::collections::BTreeSet;

use diesel::{ExpressionMethods, JoinOnDsl, QueryDsl};
use loggia_db::{self as db, RunQueryDsl, Work, run};
use loggia_kernel::AccountId;

use crate::{
    Error, PermissionId, Result,
    schema::{account_roles, permissions, role_permissions},
};

/// The account on whose behalf an operation runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The actor's account.
    pub account: AccountId,
    /// True if the actor has every permission regardless of roles.
    pub is_superuser: bool,
}

/// Checks that `actor` has all of `permissions`.
///
/// # Errors
/// [`Error::PrivilegeEscalation`] if a permission is missing.
pub(crate) async fn require_all(
    work: &mut Work,
    actor: Actor,
    permissions: &BTreeSet<PermissionId>,
) -> Result<()> {
    if actor.is_superuser || permissions.is_empty() {
        return Ok(());
    }
    let owned = permissions_of(work, actor.account).await?;
    if permissions.is_subset(&owned) { Ok(()) } else { Err(Error::PrivilegeEscalation) }
}

async fn permissions_of(work: &mut Work, account: AccountId) -> db::Result<BTreeSet<PermissionId>> {
    let owned: Vec<PermissionId> = run!(work, |c| account_roles::table
        .inner_join(
            role_permissions::table.on(role_permissions::role_id.eq(account_roles::role_id))
        )
        .filter(account_roles::account_id.eq(account))
        .select(role_permissions::permission_id)
        .load(c))?;
    Ok(owned.into_iter().collect())
}

/// Returns true if the account has at least one of these codenames. Runs one query.
pub(crate) async fn has_any_permission(
    work: &mut Work,
    account: AccountId,
    codenames: &[&str],
) -> db::Result<bool> {
    run!(work, |c| diesel::select(diesel::dsl::exists(
        account_roles::table
            .inner_join(
                role_permissions::table.on(role_permissions::role_id.eq(account_roles::role_id))
            )
            .inner_join(permissions::table.on(permissions::id.eq(role_permissions::permission_id)))
            .filter(account_roles::account_id.eq(account))
            .filter(permissions::codename.eq_any(codenames))
    ))
    .get_result(c))
}

/// Returns all codenames that the account has.
pub(crate) async fn codenames_of(
    work: &mut Work,
    account: AccountId,
) -> db::Result<BTreeSet<String>> {
    let owned: Vec<String> = run!(work, |c| account_roles::table
        .inner_join(
            role_permissions::table.on(role_permissions::role_id.eq(account_roles::role_id))
        )
        .inner_join(permissions::table.on(permissions::id.eq(role_permissions::permission_id)))
        .filter(account_roles::account_id.eq(account))
        .select(permissions::codename)
        .load(c))?;
    Ok(owned.into_iter().collect())
}

/// Returns true if `account` has a permission that `actor` does not have. Runs one query for both.
pub(crate) async fn exceeds(
    work: &mut Work,
    account: AccountId,
    actor: AccountId,
) -> db::Result<bool> {
    let owned: Vec<(AccountId, PermissionId)> = run!(work, |c| account_roles::table
        .inner_join(
            role_permissions::table.on(role_permissions::role_id.eq(account_roles::role_id))
        )
        .filter(account_roles::account_id.eq_any([account, actor]))
        .select((account_roles::account_id, role_permissions::permission_id))
        .load(c))?;
    let of = |account: AccountId| -> BTreeSet<PermissionId> {
        let own = owned.iter().filter(|(holder, _)| *holder == account);
        own.map(|(_, permission)| *permission).collect()
    };
    Ok(!of(account).is_subset(&of(actor)))
}
