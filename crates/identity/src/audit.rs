//! Security events: each is logged once, where it has happened, with the account that it is about.
//!
//! From where it was asked for stands in the span of the request. Nothing that could be used stands anywhere.

use loggia_kernel::{AccountId, OrgId};

use crate::{Error, OrgRole, Result};

/// What the events can be filtered by.
const TARGET: &str = "loggia::security";

/// Logs that something has happened to an account.
pub(crate) fn record(what: &'static str, account: AccountId) {
    tracing::info!(target: TARGET, account = account.get(), "{what}");
}

/// Logs that somebody did something to an account.
pub(crate) fn record_by(what: &'static str, actor: AccountId, account: AccountId) {
    tracing::info!(target: TARGET, actor = actor.get(), account = account.get(), "{what}");
}

/// Logs that something was refused, and why; to whom is known if there is such an account.
pub(crate) fn record_refusal(what: &'static str, account: Option<AccountId>, why: &Error) {
    let account = account.map(AccountId::get);
    tracing::warn!(target: TARGET, account, reason = %why, "{what}");
}

/// Logs the outcome of something, whichever it is. Faults of ours are logged where they are answered.
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

/// Logs what somebody has done to an organisation, or that it was refused; of a member, who it is and what he is or was there.
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
