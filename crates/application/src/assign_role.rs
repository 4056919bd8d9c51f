//! Assignment of roles to accounts, and their removal.

use std::sync::Arc;

use loggia_db::Work;
use loggia_identity::{Accounts, Caller};
use loggia_kernel::AccountId;
use loggia_rbac::{Assignment, AssignmentId, Assignments, RoleId, Roles, codename};

use crate::{Authority, Authorization, Requirement, Result, actor};

/// Assignment of roles, for callers with [`codename::MANAGE_USER_ROLES`]. Cheap to clone.
///
/// Every change checks the permission again, under lock, in the transaction of the change.
#[derive(Clone)]
pub struct RoleAssignment {
    authorization: Authorization,
    accounts: Arc<dyn Accounts>,
    roles: Arc<dyn Roles>,
    assignments: Arc<dyn Assignments>,
}

impl RoleAssignment {
    /// Creates the use cases on these services.
    pub fn new(
        authorization: Authorization,
        accounts: Arc<dyn Accounts>,
        roles: Arc<dyn Roles>,
        assignments: Arc<dyn Assignments>,
    ) -> Self {
        Self { authorization, accounts, roles, assignments }
    }

    /// Assigns a role to an account.
    ///
    /// # Errors
    /// As [`Authorization::lock_actor`] and [`Assignments::assign`].
    pub async fn assign(
        &self,
        work: &mut Work,
        caller: &Caller,
        account: AccountId,
        role: RoleId,
    ) -> Result<Assignment> {
        work.transaction(async |work| {
            let actor = self.authorization.lock_actor(work, by(caller)).await?;
            Ok(self.assignments.assign(work, actor, account, role).await?)
        })
        .await
    }

    /// Deletes an assignment. Without the built-in role an administrator is no longer one, so the caller needs authority
    /// over the account that loses it.
    ///
    /// # Errors
    /// As [`Authorization::lock_actor`], [`Authorization::require_over`] and [`Assignments::remove`].
    pub async fn remove(&self, work: &mut Work, caller: &Caller, id: AssignmentId) -> Result<()> {
        work.transaction(async |work| {
            let locked = self.authorization.lock_caller(work, by(caller)).await?;
            let assignment = self.assignments.by_id(work, id).await?;
            let role = self.roles.by_id(work, assignment.role_id).await?;
            if role.is_built_in {
                let holder = self.accounts.by_id(work, assignment.account_id).await?;
                self.authorization.require_over(work, &locked, &holder).await?;
            }
            Ok(self.assignments.remove(work, actor(&locked), id).await?)
        })
        .await
    }
}

fn by(caller: &Caller) -> Authority<'_> {
    Authority { caller, requirement: Requirement::Permission(codename::MANAGE_USER_ROLES) }
}
