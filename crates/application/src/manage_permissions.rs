//! Creation, change and deletion of permissions.

use std::sync::Arc;

use loggia_db::Work;
use loggia_identity::Caller;
use loggia_rbac::{
    NewPermission, Permission, PermissionId, PermissionPatch, Permissions, codename,
};

use crate::{Authority, Authorization, Requirement, Result};

/// Administration of permissions, for callers with [`codename::MANAGE_PERMISSIONS`]. Cheap to clone.
///
/// Every change checks the caller's permission again, under lock, in the transaction of the change.
#[derive(Clone)]
pub struct PermissionManagement {
    authorization: Authorization,
    permissions: Arc<dyn Permissions>,
}

impl PermissionManagement {
    /// Creates the use cases on these services.
    pub fn new(authorization: Authorization, permissions: Arc<dyn Permissions>) -> Self {
        Self { authorization, permissions }
    }

    /// Creates a permission.
    ///
    /// # Errors
    /// As [`Authorization::lock_actor`] and [`Permissions::create`].
    pub async fn create(
        &self,
        work: &mut Work,
        caller: &Caller,
        new: NewPermission,
    ) -> Result<Permission> {
        work.transaction(async |work| {
            let actor = self.authorization.lock_actor(work, by(caller)).await?;
            Ok(self.permissions.create(work, actor, new.clone()).await?)
        })
        .await
    }

    /// Updates the fields that are set in the patch.
    ///
    /// # Errors
    /// As [`Authorization::lock_actor`] and [`Permissions::update`].
    pub async fn update(
        &self,
        work: &mut Work,
        caller: &Caller,
        id: PermissionId,
        patch: PermissionPatch,
    ) -> Result<Permission> {
        work.transaction(async |work| {
            let actor = self.authorization.lock_actor(work, by(caller)).await?;
            Ok(self.permissions.update(work, actor, id, patch.clone()).await?)
        })
        .await
    }

    /// Deletes a permission and removes it from all roles.
    ///
    /// # Errors
    /// As [`Authorization::lock_actor`] and [`Permissions::delete`].
    pub async fn delete(&self, work: &mut Work, caller: &Caller, id: PermissionId) -> Result<()> {
        work.transaction(async |work| {
            let actor = self.authorization.lock_actor(work, by(caller)).await?;
            Ok(self.permissions.delete(work, actor, id).await?)
        })
        .await
    }
}

fn by(caller: &Caller) -> Authority<'_> {
    Authority { caller, requirement: Requirement::Permission(codename::MANAGE_PERMISSIONS) }
}
