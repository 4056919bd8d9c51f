//! What callers may: codenames they hold, and who is an administrator.

use loggia_identity as identity;
use loggia_rbac::{Actor, Assignments};

use super::{SignedIn, actor};
use crate::error::Problem;

/// What an operation asks of its caller beyond having logged in. Its document says so in the scopes of `security`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// To be an administrator: the scope [`Needs::ADMIN`].
    Admin,
    /// To hold one of these codenames: the scopes are the codenames.
    AnyOf(Vec<String>),
}

impl Needs {
    /// The scope of operations that are for administrators.
    pub const ADMIN: &str = "admin";

    /// What these scopes stand for.
    pub fn of(scopes: Vec<String>) -> Self {
        if scopes.is_empty() {
            Self::Nothing
        } else if scopes.iter().any(|scope| scope == Self::ADMIN) {
            Self::Admin
        } else {
            Self::AnyOf(scopes)
        }
    }

    /// Whether `caller` has what is needed.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] if he has not.
    pub async fn of_caller(
        &self,
        assignments: &dyn Assignments,
        caller: &identity::Caller,
    ) -> Result<(), Problem> {
        match self {
            Self::Nothing => Ok(()),
            Self::Admin => demand(caller, is_admin(&caller.account), Self::ADMIN),
            Self::AnyOf(codenames) => {
                let codenames: Vec<&str> = codenames.iter().map(String::as_str).collect();
                holds_any(assignments, caller, &codenames).await
            }
        }
    }
}

impl SignedIn {
    /// Lets who holds one of these codenames pass. One query; none for a superuser, who holds all.
    ///
    /// # Errors
    /// [`Problem::Forbidden`].
    pub async fn require(
        self,
        assignments: &dyn Assignments,
        any_of: &[&str],
    ) -> Result<Self, Problem> {
        holds_any(assignments, &self.caller, any_of).await?;
        Ok(self)
    }

    /// Lets administrators pass: who has the role `admin`, is staff, or is a superuser. No query.
    ///
    /// # Errors
    /// [`Problem::Forbidden`].
    pub fn require_admin(self) -> Result<Self, Problem> {
        demand(&self.caller, is_admin(&self.caller.account), Needs::ADMIN)?;
        Ok(self)
    }

    /// The caller, as far as his rights go.
    pub fn actor(&self) -> Actor {
        actor(&self.caller.account)
    }
}

/// Whether an account is an administrator's. Source: docs/contract/api.md «Permissions of callers».
pub fn is_admin(account: &identity::Account) -> bool {
    account.role == identity::Account::ADMIN || account.is_staff || account.is_superuser
}

async fn holds_any(
    assignments: &dyn Assignments,
    caller: &identity::Caller,
    codenames: &[&str],
) -> Result<(), Problem> {
    let account = &caller.account;
    let is_allowed = account.is_superuser || assignments.holds_any(account.id, codenames).await?;
    demand(caller, is_allowed, &codenames.join(" "))
}

/// Refuses, and tells of it: an operator wants to know who tries doors.
fn demand(caller: &identity::Caller, is_allowed: bool, needed: &str) -> Result<(), Problem> {
    if is_allowed {
        return Ok(());
    }
    let account = caller.account.id.get();
    tracing::warn!(target: "loggia::security", account, needed, "access refused");
    Err(Problem::Forbidden)
}
