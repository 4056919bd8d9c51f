//! Security events. Each is logged once, with the actor and the affected object.
//!
//! The origin of the request is part of the request's span.

use loggia_db::Work;
use loggia_kernel::AccountId;

use crate::{Actor, Error, PermissionId, Result, RoleId};

/// The log target by which security events can be filtered.
const TARGET: &str = "loggia::security";

/// A change to a role, a permission, or the roles of an account.
///
/// A completed change is logged after the commit, and a rejected one at once.
#[derive(Clone, Copy)]
pub(crate) struct Event {
    what: &'static str,
    actor: AccountId,
    account: Option<AccountId>,
    role: Option<RoleId>,
    permission: Option<PermissionId>,
}

impl Event {
    pub(crate) fn of(what: &'static str, actor: Actor) -> Self {
        Self { what, actor: actor.account, account: None, role: None, permission: None }
    }

    pub(crate) fn to(self, account: AccountId) -> Self {
        Self { account: Some(account), ..self }
    }

    pub(crate) fn role(self, role: RoleId) -> Self {
        Self { role: Some(role), ..self }
    }

    pub(crate) fn permission(self, permission: PermissionId) -> Self {
        Self { permission: Some(permission), ..self }
    }

    /// Logs the outcome of the operation: a success after the commit, a refusal at once.
    pub(crate) fn record_outcome<T>(self, work: &mut Work, outcome: &Result<T>) {
        match outcome {
            Ok(_) => self.record_after_commit(work),
            Err(error) => self.record_refusal(error),
        }
    }

    /// Logs the event after the commit.
    pub(crate) fn record_after_commit(self, work: &mut Work) {
        work.after_commit(move || {
            tracing::info!(
                target: TARGET,
                actor = self.actor.get(),
                account = self.account.map(AccountId::get),
                role = self.role.map(RoleId::get),
                permission = self.permission.map(PermissionId::get),
                "{}",
                self.what,
            );
        });
    }

    /// Logs the rejection if the error is relevant to security.
    pub(crate) fn record_refusal(self, error: &Error) {
        if matches!(error, Error::Protected | Error::PrivilegeEscalation) {
            tracing::warn!(
                target: TARGET,
                actor = self.actor.get(),
                account = self.account.map(AccountId::get),
                role = self.role.map(RoleId::get),
                permission = self.permission.map(PermissionId::get),
                reason = %error,
                "{}",
                self.what,
            );
        }
    }
}
