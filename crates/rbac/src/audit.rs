//! Security events: each is logged once, where it has happened, with who did it and to what.
//!
//! From where it was asked for stands in the span of the request.

use loggia_db::Tx;
use loggia_kernel::AccountId;

use crate::{Actor, Error, PermissionId, RoleId};

/// What the events can be filtered by.
const TARGET: &str = "loggia::security";

/// Something that is done to a role, a permission, or an account's roles.
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
        Self {
            what,
            actor: actor.account,
            account: None,
            role: None,
            permission: None,
        }
    }

    pub(crate) fn to(self, account: AccountId) -> Self {
        Self {
            account: Some(account),
            ..self
        }
    }

    pub(crate) fn role(self, role: RoleId) -> Self {
        Self {
            role: Some(role),
            ..self
        }
    }

    pub(crate) fn permission(self, permission: PermissionId) -> Self {
        Self {
            permission: Some(permission),
            ..self
        }
    }

    /// Logs it once the transaction is kept.
    pub(crate) fn record_on_commit(self, tx: &mut Tx) {
        tx.on_commit(move || {
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

    /// Logs that it was refused, if that was for a reason that concerns security.
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
