//! The service that lists, creates, changes and deletes permissions.

use std::collections::BTreeSet;

use async_trait::async_trait;
use loggia_db::{Conn, Db, Tx};
use loggia_kernel::{
    Page,
    list::{ListRequest, folded},
};

use super::{
    model::{
        ChangedRow, NewPermission, NewRow, Permission, PermissionField, PermissionId,
        PermissionPatch,
    },
    store,
};
use crate::{
    Actor, Error, Result,
    audit::Event,
    grants::{finish, require_all},
};

/// Lists, creates, changes and deletes permissions. Object-safe: share it as `Arc<dyn Permissions>`.
#[async_trait]
pub trait Permissions: Send + Sync {
    /// Lists permissions. The search matches names and codenames.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn list(&self, request: &ListRequest<PermissionField>) -> Result<Page<Permission>>;

    /// # Errors
    /// [`Error::NotFound`].
    async fn by_id(&self, id: PermissionId) -> Result<Permission>;

    /// Returns a permission if `actor` may change or delete it.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Protected`]; [`Error::PrivilegeEscalation`] if a role grants the permission and
    /// `actor` does not have it.
    async fn find_changeable(&self, actor: Actor, id: PermissionId) -> Result<Permission>;

    /// Returns the ids that exist, so that unknown ids can be reported together with other validation errors. The
    /// database checks again when a role is written.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn existing(&self, ids: &[PermissionId]) -> Result<BTreeSet<PermissionId>>;

    /// Returns true if no permission other than `except` has this codename, so that a duplicate can be reported
    /// together with other validation errors.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn is_codename_free(&self, codename: &str, except: Option<PermissionId>) -> Result<bool>;

    /// Creates a permission. No account has it yet, so only a superuser can add it to a role.
    ///
    /// # Errors
    /// [`Error::Taken`].
    async fn create(&self, actor: Actor, new: NewPermission) -> Result<Permission>;

    /// Updates the fields that are set in the patch.
    ///
    /// # Errors
    /// As [`Permissions::find_changeable`]; [`Error::Taken`].
    async fn update(
        &self,
        actor: Actor,
        id: PermissionId,
        patch: PermissionPatch,
    ) -> Result<Permission>;

    /// Deletes a permission and removes it from all roles.
    ///
    /// # Errors
    /// As [`Permissions::find_changeable`].
    async fn delete(&self, actor: Actor, id: PermissionId) -> Result<()>;
}

/// [`Permissions`] stored in the project's database.
pub struct StoredPermissions {
    db: Db,
}

impl StoredPermissions {
    /// Creates the service on `db`.
    pub fn new(db: Db) -> Self {
        Self { db }
    }
}

#[async_trait]
impl Permissions for StoredPermissions {
    async fn list(&self, request: &ListRequest<PermissionField>) -> Result<Page<Permission>> {
        let mut conn = if request.needs_scan() {
            self.db.scan().await?
        } else {
            self.db.read().await?
        };
        Ok(store::list(&mut conn, request).await?)
    }

    async fn by_id(&self, id: PermissionId) -> Result<Permission> {
        let mut conn = self.db.read().await?;
        store::by_id(&mut conn, id).await?.ok_or(Error::NotFound)
    }

    async fn find_changeable(&self, actor: Actor, id: PermissionId) -> Result<Permission> {
        let mut conn = self.db.read().await?;
        let permission = store::by_id(&mut conn, id).await?.ok_or(Error::NotFound)?;
        let outcome = require_changeable(&mut conn, actor, &permission).await;
        if let Err(error) = &outcome {
            Event::of("permission change", actor)
                .permission(id)
                .record_refusal(error);
        }
        outcome.map(|()| permission)
    }

    async fn existing(&self, ids: &[PermissionId]) -> Result<BTreeSet<PermissionId>> {
        let mut conn = self.db.read().await?;
        let known = store::existing(&mut conn, ids).await?;
        Ok(known.into_iter().collect())
    }

    async fn is_codename_free(&self, codename: &str, except: Option<PermissionId>) -> Result<bool> {
        let mut conn = self.db.read().await?;
        Ok(!store::has_codename(&mut conn, codename, except).await?)
    }

    async fn create(&self, actor: Actor, new: NewPermission) -> Result<Permission> {
        let row = NewRow {
            name_folded: folded(&new.name),
            name: &new.name,
            codename_folded: folded(&new.codename),
            codename: &new.codename,
            description: &new.description,
        };
        let mut tx = self.db.begin().await?;
        let outcome = store::insert(&mut tx, &row).await;
        let mut event = Event::of("permission creation", actor);
        if let Ok(permission) = &outcome {
            event = event.permission(permission.id);
        }
        finish(tx, event, outcome).await
    }

    async fn update(
        &self,
        actor: Actor,
        id: PermissionId,
        patch: PermissionPatch,
    ) -> Result<Permission> {
        let mut tx = self.db.begin().await?;
        let outcome = change(&mut tx, actor, id, patch).await;
        let event = Event::of("permission change", actor).permission(id);
        finish(tx, event, outcome).await
    }

    async fn delete(&self, actor: Actor, id: PermissionId) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let outcome = delete(&mut tx, actor, id).await;
        let event = Event::of("permission deletion", actor).permission(id);
        finish(tx, event, outcome).await
    }
}

/// Checks that `actor` may change or delete a permission. If a role grants it, the actor must have it too, because the
/// change affects every account with that role.
async fn require_changeable(conn: &mut Conn, actor: Actor, permission: &Permission) -> Result<()> {
    if permission.is_system {
        return Err(Error::Protected);
    }
    if store::is_granted(conn, permission.id).await? {
        require_all(conn, actor, &BTreeSet::from([permission.id])).await?;
    }
    Ok(())
}

async fn change(
    tx: &mut Tx,
    actor: Actor,
    id: PermissionId,
    patch: PermissionPatch,
) -> Result<Permission> {
    let before = store::lock(tx, id).await?.ok_or(Error::NotFound)?;
    require_changeable(tx, actor, &before).await?;
    let name = patch.name.unwrap_or(before.name);
    let codename = patch.codename.unwrap_or(before.codename);
    let row = ChangedRow {
        name_folded: folded(&name),
        name,
        codename_folded: folded(&codename),
        codename,
        description: patch.description.unwrap_or(before.description),
    };
    store::update(tx, id, &row).await
}

async fn delete(tx: &mut Tx, actor: Actor, id: PermissionId) -> Result<()> {
    let permission = store::lock(tx, id).await?.ok_or(Error::NotFound)?;
    require_changeable(tx, actor, &permission).await?;
    Ok(store::delete(tx, id).await?)
}
