//! Permissions of callers: codenames and the administrator check.

use loggia_application::{require_admin, require_any_permission};
use loggia_identity as identity;

use super::Authentication;
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
            Self::Admin => Ok(require_admin(&caller.account)?),
            Self::AnyOf(codenames) => {
                let codenames: Vec<&str> = codenames.iter().map(String::as_str).collect();
                authentication.require_any(caller, &codenames).await
            }
        }
    }
}

impl Authentication {
    /// Requires one of these codenames. Takes one query, or none for a superuser, who has every permission.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] if the caller has none of them.
    pub(super) async fn require_any(
        &self,
        caller: &identity::Caller,
        codenames: &[&str],
    ) -> Result<(), Problem> {
        let mut work = self.db.work();
        let assignments = &*self.assignments;
        let account = &caller.account;
        Ok(require_any_permission(&mut work, assignments, account, codenames).await?)
    }
}
