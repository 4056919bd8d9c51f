//! The caller's right to change accounts, roles and permissions, before he sends what he wants and at the moment when it is
//! done.
//!
//! Source: docs/contract/api.md «Permissions of callers»; docs/contract/README.md «Administrators».

use actix_web::web::Path;
use loggia_identity::{Account, Caller, Held};
use loggia_kernel::AccountId;
use loggia_rbac::Actor;

use crate::ApiState;
use loggia_http::{
    auth::{self, SignedIn, outrank},
    error::Problem,
};

/// What gives somebody the right to change something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Right {
    /// To hold this codename. Source: docs/contract/api.md «Permissions of callers».
    Holds(&'static str),
    /// To be an administrator. Source: docs/contract/api.md «Permissions of callers».
    Admin,
}

impl Right {
    /// # Errors
    /// [`Problem::Forbidden`].
    async fn demand(self, state: &ApiState, caller: SignedIn) -> Result<(), Problem> {
        match self {
            Self::Admin => caller.require_admin(),
            Self::Holds(codename) => caller.require(&*state.assignments, &[codename]).await,
        }
        .map(drop)
    }
}

/// The account that a path names. What is no number names none.
///
/// # Errors
/// [`Problem::NotFound`].
pub(super) async fn target(state: &ApiState, id: &Path<String>) -> Result<Account, Problem> {
    let id = AccountId::new(number(id)?);
    Ok(state.accounts.by_id(id).await?)
}

/// The number in a path. What is no number, or larger than any, names nothing.
///
/// # Errors
/// [`Problem::NotFound`].
pub(super) fn number(id: &Path<String>) -> Result<i64, Problem> {
    if !id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Problem::NotFound);
    }
    id.parse().or(Err(Problem::NotFound))
}

/// The account that a path names, if the caller holds all that it holds.
///
/// # Errors
/// [`Problem::NotFound`]; [`Problem::Forbidden`].
pub(super) async fn subordinate(
    state: &ApiState,
    caller: &SignedIn,
    id: &Path<String>,
) -> Result<Account, Problem> {
    let target = target(state, id).await?;
    outrank(&*state.assignments, &caller.caller.account, &target).await?;
    Ok(target)
}

/// Judges once more, in the transaction that does what is asked. Between the first judgement and this moment the client
/// may have taken its time to send the body, and either of the two may have been given other rights.
///
/// # Errors
/// [`Problem::Forbidden`]; [`Problem::NotFound`]; [`Problem::Unauthenticated`] if the caller is gone or shut out by now.
pub(super) async fn hold(
    state: &ApiState,
    right: Right,
    caller: &SignedIn,
    target: AccountId,
) -> Result<Held, Problem> {
    let held = auth::hold(&*state.people, &caller.caller, target).await?;
    let now = SignedIn {
        caller: Caller {
            account: held.actor.clone(),
            session: caller.caller.session.clone(),
        },
        address: caller.address,
    };
    right.demand(state, now).await?;
    outrank(&*state.assignments, &held.actor, &held.target).await?;
    Ok(held)
}

/// As [`hold`], for what is no account: who acts, and his rights at this moment.
///
/// # Errors
/// [`Problem::Forbidden`]; [`Problem::Unauthenticated`] if he is gone or shut out by now.
pub(super) async fn hold_actor(
    state: &ApiState,
    caller: &SignedIn,
    codename: &'static str,
) -> Result<Actor, Problem> {
    let id = caller.caller.account.id;
    let held = hold(state, Right::Holds(codename), caller, id).await?;
    Ok(auth::actor(&held.actor))
}
