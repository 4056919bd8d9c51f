//! Permissions of callers: codenames and the administrator check.

use loggia_db::Work;
use loggia_identity as identity;
use loggia_rbac::{Actor, Assignments};

use super::{Authentication, SignedIn, actor};
use crate::error::Problem;

/// The permissions that an operation requires beyond authentication. The document states them as the scopes of
/// `security`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// An administrator: the scope [`Needs::ADMIN`].
    Admin,
    /// At least one of these codenames. The scopes are the codenames.
    AnyOf(Vec<String>),
}

impl Needs {
    /// The scope of operations for administrators.
    pub const ADMIN: &str = "admin";

    /// Returns the requirement that these scopes express.
    pub fn of(scopes: Vec<String>) -> Self {
        if scopes.is_empty() {
            Self::Nothing
        } else if scopes.iter().any(|scope| scope == Self::ADMIN) {
            Self::Admin
        } else {
            Self::AnyOf(scopes)
        }
    }

    /// Checks that `caller` meets the requirement.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] otherwise.
    pub async fn of_caller(
        &self,
        authentication: &Authentication,
        caller: &identity::Caller,
    ) -> Result<(), Problem> {
        match self {
            Self::Nothing => Ok(()),
            Self::Admin => demand(caller, is_admin(&caller.account), Self::ADMIN),
            Self::AnyOf(codenames) => {
                let codenames: Vec<&str> = codenames.iter().map(String::as_str).collect();
                let mut work = authentication.db.work();
                has_any(&mut work, &*authentication.assignments, caller, &codenames).await
            }
        }
    }
}

impl SignedIn {
    /// Requires one of these codenames. Takes one query, or none for a superuser, who has every permission.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] if the caller has none of them.
    pub async fn require(
        self,
        work: &mut Work,
        assignments: &dyn Assignments,
        any_of: &[&str],
    ) -> Result<Self, Problem> {
        has_any(work, assignments, &self.caller, any_of).await?;
        Ok(self)
    }

    /// Requires an administrator: an account with the role `admin`, a staff account, or a superuser. Takes no query.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] if the caller is not an administrator.
    pub fn require_admin(self) -> Result<Self, Problem> {
        demand(&self.caller, is_admin(&self.caller.account), Needs::ADMIN)?;
        Ok(self)
    }

    /// Returns the caller as an actor for `loggia-rbac`.
    pub fn actor(&self) -> Actor {
        actor(&self.caller.account)
    }
}

/// Returns whether an account is an administrator. Source: docs/contract/api.md «Permissions of callers».
pub fn is_admin(account: &identity::Account) -> bool {
    account.role == identity::Account::ADMIN || account.is_staff || account.is_superuser
}

async fn has_any(
    work: &mut Work,
    assignments: &dyn Assignments,
    caller: &identity::Caller,
    codenames: &[&str],
) -> Result<(), Problem> {
    let account = &caller.account;
    let is_allowed = account.is_superuser
        || assignments
            .has_any_permission(work, account.id, codenames)
            .await?;
    demand(caller, is_allowed, &codenames.join(" "))
}

/// Returns [`Problem::Forbidden`] unless allowed, and records the refusal in the security log.
fn demand(caller: &identity::Caller, is_allowed: bool, needed: &str) -> Result<(), Problem> {
    if is_allowed {
        return Ok(());
    }
    let account = caller.account.id.get();
    tracing::warn!(target: "loggia::security", account, needed, "access refused");
    Err(Problem::Forbidden)
}
