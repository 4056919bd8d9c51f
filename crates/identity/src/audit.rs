//! Security events. Each event is logged once, where it happens, with the affected account.
//!
//! The client address is in the span of the request. Secrets are never logged.

use loggia_kernel::{AccountId, OrgId};

use crate::{Error, OrgRole, Result};

/// The log target of security events, for filters.
const TARGET: &str = "loggia::security";

/// Logs an event of an account.
pub(crate) fn record(what: &'static str, account: AccountId) {
    tracing::info!(target: TARGET, account = account.get(), "{what}");
}

/// Logs an operation of an actor on an account.
pub(crate) fn record_by(what: &'static str, actor: AccountId, account: AccountId) {
    tracing::info!(target: TARGET, actor = actor.get(), account = account.get(), "{what}");
}

/// Logs a rejected operation with its reason, and with the account if it exists.
pub(crate) fn record_refusal(what: &'static str, account: Option<AccountId>, why: &Error) {
    let account = account.map(AccountId::get);
    tracing::warn!(target: TARGET, account, reason = %why, "{what}");
}

/// Logs the outcome of an operation. Internal errors are logged where the response is created.
pub(crate) fn record_outcome<T>(
    what: &'static str,
    account: Option<AccountId>,
    outcome: &Result<T>,
    of: impl FnOnce(&T) -> AccountId,
) {
    match outcome {
        Ok(value) => record(what, of(value)),
        Err(Error::Store(_) | Error::Crypto(_) | Error::Busy { .. }) => {}
        Err(error) => record_refusal(what, account, error),
    }
}

/// Logs the outcome of an operation on an organization. For operations on members, includes the member and its role.
pub(crate) fn record_org_outcome<T>(
    what: &'static str,
    actor: AccountId,
    organization: OrgId,
    outcome: &Result<T>,
    member: impl FnOnce(&T) -> Option<(AccountId, OrgRole)>,
) {
    let (actor, organization) = (actor.get(), organization.get());
    match outcome {
        Ok(value) => {
            let (account, role) = member(value).unzip();
            let (account, role) = (account.map(AccountId::get), role.map(OrgRole::name));
            tracing::info!(target: TARGET, actor, organization, account, role, "{what}");
        }
        Err(Error::Store(_) | Error::Crypto(_) | Error::Busy { .. }) => {}
        Err(error) => {
            tracing::warn!(target: TARGET, actor, organization, reason = %error, "{what}");
        }
    }
}
