//! Security events. Each event is logged once, where it happens, with the affected account.
//!
//! What was done is logged after the commit, and never for a change that is rolled back. Refusals are logged at once.
//! The client address is in the span of the request. Secrets are never logged.

use loggia_db::Work;
use loggia_kernel::{AccountId, OrgId};

use crate::{Error, OrgRole, Result};

/// The log target of security events, for filters.
const TARGET: &str = "loggia::security";

/// Logs an event of an account after the commit.
pub(crate) fn record(work: &mut Work, what: &'static str, account: AccountId) {
    work.after_commit(move || {
        tracing::info!(target: TARGET, account = account.get(), "{what}");
    });
}

/// Logs an operation of an actor on an account after the commit.
pub(crate) fn record_by(work: &mut Work, what: &'static str, actor: AccountId, account: AccountId) {
    work.after_commit(move || {
        tracing::info!(target: TARGET, actor = actor.get(), account = account.get(), "{what}");
    });
}

/// Logs a refused operation with its reason, and with the account if it exists. Internal errors are logged where the
/// response is created.
pub(crate) fn record_refusal(what: &'static str, account: Option<AccountId>, why: &Error) {
    if is_internal(why) {
        return;
    }
    let account = account.map(AccountId::get);
    tracing::warn!(target: TARGET, account, reason = %why, "{what}");
}

/// Logs the outcome of an operation of an account: a success after the commit, a refusal at once.
pub(crate) fn record_outcome<T>(
    work: &mut Work,
    what: &'static str,
    account: AccountId,
    outcome: &Result<T>,
) {
    match outcome {
        Ok(_) => record(work, what, account),
        Err(error) => record_refusal(what, Some(account), error),
    }
}

/// Logs the outcome of an operation on an organization: a success after the commit, a refusal at once. For operations on
/// members, includes the member and its role.
pub(crate) fn record_org_outcome<T>(
    work: &mut Work,
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
            work.after_commit(move || {
                tracing::info!(target: TARGET, actor, organization, account, role, "{what}");
            });
        }
        Err(error) if is_internal(error) => {}
        Err(error) => {
            tracing::warn!(target: TARGET, actor, organization, reason = %error, "{what}");
        }
    }
}

fn is_internal(error: &Error) -> bool {
    matches!(error, Error::Store(_) | Error::Crypto(_) | Error::Busy { .. })
}
