//! Creation, change and deletion of roles.

use std::sync::Arc;

use loggia_db::Work;
use loggia_identity::Caller;
use loggia_rbac::{NewRole, Role, RoleId, RolePatch, Roles, codename};

use crate::{Authority, Authorization, Requirement, Result};

/// Administration of roles, for callers with [`codename::MANAGE_ROLES`]. Cheap to clone.
///
/// Every change checks the permission again, under lock, in the transaction of the change.
#[derive(Clone)]
pub struct RoleManagement {
    authorization: Authorization,
    roles: Arc<dyn Roles>,
}

impl RoleManagement {
    /// Creates the use cases on these services.
    pub fn new(authorization: Authorization, roles: Arc<dyn Roles>) -> Self {
        Self { authorization, roles }
    }

    /// Creates a role.
    ///
    /// # Errors
    /// As [`Authorization::lock_actor`] and [`Roles::create`].
    pub async fn create(&self, work: &mut Work, caller: &Caller, new: NewRole) -> Result<Role> {
        work.transaction(async |work| {
            let actor = self.authorization.lock_actor(work, by(caller)).await?;
            Ok(self.roles.create(work, actor, new.clone()).await?)
        })
        .await
    }

    /// Updates the fields that are set in the patch.
    ///
    /// # Errors
    /// As [`Authorization::lock_actor`] and [`Roles::update`].
    pub async fn update(
        &self,
        work: &mut Work,
        caller: &Caller,
        id: RoleId,
        patch: RolePatch,
    ) -> Result<Role> {
        work.transaction(async |work| {
            let actor = self.authorization.lock_actor(work, by(caller)).await?;
            Ok(self.roles.update(work, actor, id, patch.clone()).await?)
        })
        .await
    }

    /// Deletes a role and removes it from all accounts.
    ///
    /// # Errors
    /// As [`Authorization::lock_actor`] and [`Roles::delete`].
    pub async fn delete(&self, work: &mut Work, caller: &Caller, id: RoleId) -> Result<()> {
        work.transaction(async |work| {
            let actor = self.authorization.lock_actor(work, by(caller)).await?;
            Ok(self.roles.delete(work, actor, id).await?)
        })
        .await
    }
}

fn by(caller: &Caller) -> Authority<'_> {
    Authority { caller, requirement: Requirement::Permission(codename::MANAGE_ROLES) }
}
