//! What accounts hold, and the rule that nobody hands out more.

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

/// Who does something, as far as his rights go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    /// His account.
    pub account: AccountId,
    /// Whether he holds every permission, whatever his roles are.
    pub is_superuser: bool,
}

/// Refuses unless `actor` holds all of `permissions`.
///
/// # Errors
/// [`Error::PrivilegeEscalation`].
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

/// Whether an account holds one of these codenames: one query.
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

/// All codenames that an account holds.
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

/// Whether `account` holds anything that `actor` does not: one query for both.
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

/// Keeps what a transaction did and tells of it, or undoes it and gives the connection back; tells of a refusal, too.
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
