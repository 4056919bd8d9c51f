//! Effective permissions of accounts, and the rule that callers cannot grant a permission they do not have.

use std::collections::BTreeSet;

use diesel::{ExpressionMethods, JoinOnDsl, QueryDsl};
use diesel_async::RunQueryDsl;
use loggia_db::{self as db, Conn, Tx, run};
use loggia_kernel::AccountId;

use crate::{
    Error, PermissionId, Result,
    audit::Event,
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
    conn: &mut Conn,
    actor: Actor,
    permissions: &BTreeSet<PermissionId>,
) -> Result<()> {
    if actor.is_superuser || permissions.is_empty() {
        return Ok(());
    }
    let held = permissions_of(conn, actor.account).await?;
    if permissions.is_subset(&held) {
        Ok(())
    } else {
        Err(Error::PrivilegeEscalation)
    }
}

async fn permissions_of(conn: &mut Conn, account: AccountId) -> db::Result<BTreeSet<PermissionId>> {
    let held: Vec<PermissionId> = run!(conn, |c| account_roles::table
        .inner_join(
            role_permissions::table.on(role_permissions::role_id.eq(account_roles::role_id))
        )
        .filter(account_roles::account_id.eq(account))
        .select(role_permissions::permission_id)
        .load(c))?;
    Ok(held.into_iter().collect())
}

/// Returns true if the account has at least one of these codenames. Runs one query.
pub(crate) async fn has_any_permission(
    conn: &mut Conn,
    account: AccountId,
    codenames: &[&str],
) -> db::Result<bool> {
    run!(conn, |c| diesel::select(diesel::dsl::exists(
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
    conn: &mut Conn,
    account: AccountId,
) -> db::Result<BTreeSet<String>> {
    let held: Vec<String> = run!(conn, |c| account_roles::table
        .inner_join(
            role_permissions::table.on(role_permissions::role_id.eq(account_roles::role_id))
        )
        .inner_join(permissions::table.on(permissions::id.eq(role_permissions::permission_id)))
        .filter(account_roles::account_id.eq(account))
        .select(permissions::codename)
        .load(c))?;
    Ok(held.into_iter().collect())
}

/// Returns true if `account` has a permission that `actor` does not have. Runs one query for both.
pub(crate) async fn exceeds(
    conn: &mut Conn,
    account: AccountId,
    actor: AccountId,
) -> db::Result<bool> {
    let held: Vec<(AccountId, PermissionId)> = run!(conn, |c| account_roles::table
        .inner_join(
            role_permissions::table.on(role_permissions::role_id.eq(account_roles::role_id))
        )
        .filter(account_roles::account_id.eq_any([account, actor]))
        .select((account_roles::account_id, role_permissions::permission_id))
        .load(c))?;
    let of = |who: AccountId| -> BTreeSet<PermissionId> {
        let his = held.iter().filter(|(holder, _)| *holder == who);
        his.map(|(_, permission)| *permission).collect()
    };
    Ok(!of(account).is_subset(&of(actor)))
}

/// Commits the transaction and records the event, or rolls it back and records the rejection.
pub(crate) async fn finish<T>(mut tx: Tx, event: Event, outcome: Result<T>) -> Result<T> {
    match outcome {
        Ok(value) => {
            event.record_on_commit(&mut tx);
            tx.commit().await?;
            Ok(value)
        }
        Err(error) => {
            event.record_refusal(&error);
            Err(tx.abandon(error).await)
        }
    }
}
