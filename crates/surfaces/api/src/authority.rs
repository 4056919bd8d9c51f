//! The caller's right to change accounts, roles and permissions: checked before the body is read, and again in the
//! transaction of the change.
//!
//! Source: docs/contract/api.md «Permissions of callers»; docs/contract/README.md «Administrators».

use actix_web::web::Path;
use loggia_identity::{Account, Caller, LockedAccounts};
use loggia_kernel::AccountId;
use loggia_rbac::Actor;

use crate::ApiState;
use loggia_http::{
    auth::{self, SignedIn, outrank},
    error::Problem,
};

/// A condition that permits a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Right {
    /// The caller has the permission with this codename. Source: docs/contract/api.md «Permissions of callers».
    Holds(&'static str),
    /// The caller is an administrator. Source: docs/contract/api.md «Permissions of callers».
    Admin,
}

impl Right {
    /// Checks that the caller meets the condition.
    ///
    /// # Errors
    ///
    /// [`Problem::Forbidden`].
    async fn demand(self, state: &ApiState, caller: SignedIn) -> Result<(), Problem> {
        match self {
            Self::Admin => caller.require_admin(),
            Self::Holds(codename) => {
                caller
                    .require(&mut state.work(), &*state.assignments, &[codename])
                    .await
            }
        }
        .map(drop)
    }
}

/// Returns the account that a path names. A segment that is not a number names no account.
///
/// # Errors
///
/// [`Problem::NotFound`].
pub(super) async fn target(state: &ApiState, id: &Path<String>) -> Result<Account, Problem> {
    let id = AccountId::new(number(id)?);
    Ok(state.accounts.by_id(&mut state.work(), id).await?)
}

/// Parses the id in a path. A segment that is not a number, or too large for one, names nothing.
///
/// # Errors
///
/// [`Problem::NotFound`].
pub(super) fn number(id: &Path<String>) -> Result<i64, Problem> {
    if !id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Problem::NotFound);
    }
    id.parse().or(Err(Problem::NotFound))
}

/// Returns the account that a path names, if the caller has every permission that it has.
///
/// # Errors
///
/// [`Problem::NotFound`]; [`Problem::Forbidden`].
pub(super) async fn subordinate(
    state: &ApiState,
    caller: &SignedIn,
    id: &Path<String>,
) -> Result<Account, Problem> {
    let target = target(state, id).await?;
    outrank(
        &mut state.work(),
        &*state.assignments,
        &caller.caller.account,
        &target,
    )
    .await?;
    Ok(target)
}

/// Locks the caller's account and the target and checks the caller's rights again. Call it in the transaction of the
/// change, because rights may have changed since the first check, for example while the client was sending the body.
///
/// # Errors
///
/// [`Problem::Forbidden`]; [`Problem::NotFound`]; [`Problem::Unauthenticated`] if the caller's account was deleted or
/// deactivated.
pub(super) async fn hold(
    state: &ApiState,
    right: Right,
    caller: &SignedIn,
    target: AccountId,
) -> Result<LockedAccounts, Problem> {
    let held = auth::hold(&mut state.work(), &*state.people, &caller.caller, target).await?;
    let now = SignedIn {
        caller: Caller {
            account: held.actor.clone(),
            session: caller.caller.session.clone(),
        },
        address: caller.address,
    };
    right.demand(state, now).await?;
    outrank(
        &mut state.work(),
        &*state.assignments,
        &held.actor,
        &held.target,
    )
    .await?;
    Ok(held)
}

/// Like [`hold`], for a change whose target is not an account. Returns the caller with their present rights.
///
/// # Errors
///
/// [`Problem::Forbidden`]; [`Problem::Unauthenticated`] if the caller's account was deleted or deactivated.
pub(super) async fn hold_actor(
    state: &ApiState,
    caller: &SignedIn,
    codename: &'static str,
) -> Result<Actor, Problem> {
    let id = caller.caller.account.id;
    let held = hold(state, Right::Holds(codename), caller, id).await?;
    Ok(auth::actor(&held.actor))
}
