//! Security events: each is logged once, where it has happened, with the account that it is about.
//!
//! From where it was asked for stands in the span of the request. Nothing that could be used stands anywhere.

use loggia_kernel::{AccountId, OrgId};

use crate::{Error, OrgRole, Result};

/// What the events can be filtered by.
const TARGET: &str = "loggia::security";

/// Logs that something has happened to an account.
pub(crate) fn happened(what: &'static str, account: AccountId) {
    tracing::info!(target: TARGET, account = account.get(), "{what}");
}

/// Logs that somebody did something to an account.
pub(crate) fn done(what: &'static str, actor: AccountId, account: AccountId) {
    tracing::info!(target: TARGET, actor = actor.get(), account = account.get(), "{what}");
}

/// Logs that an account has done something to an organisation.
pub(crate) fn happened_in(what: &'static str, account: AccountId, organization: OrgId) {
    let (account, organization) = (account.get(), organization.get());
    tracing::info!(target: TARGET, account, organization, "{what}");
}

/// Logs that a member was made, changed or taken out: who, in which organisation, by whom, and what he is or was there.
pub(crate) fn happened_to_member(
    what: &'static str,
    account: AccountId,
    organization: OrgId,
    by: AccountId,
    role: OrgRole,
) {
    let (account, organization, by) = (account.get(), organization.get(), by.get());
    tracing::info!(target: TARGET, account, organization, by, role = role.name(), "{what}");
}

/// Logs that something was refused, and why; to whom is known if there is such an account.
pub(crate) fn refused(what: &'static str, account: Option<AccountId>, why: &Error) {
    let account = account.map(AccountId::get);
    tracing::warn!(target: TARGET, account, reason = %why, "{what}");
}

/// Logs the outcome of something, whichever it is. Faults of ours are logged where they are answered.
pub(crate) fn told<T>(
    what: &'static str,
    account: Option<AccountId>,
    outcome: &Result<T>,
    of: impl FnOnce(&T) -> AccountId,
) {
    match outcome {
        Ok(value) => happened(what, of(value)),
        Err(Error::Store(_) | Error::Crypto(_) | Error::Busy { .. }) => {}
        Err(error) => refused(what, account, error),
    }
}
