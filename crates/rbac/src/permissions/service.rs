//! The service that lists, creates, changes and deletes permissions.

use std::collections::BTreeSet;

use async_trait::async_trait;
use loggia_db::Work;
use loggia_kernel::{
    Page,
    list::{ListRequest, folded},
};

use super::{
    model::{ChangedRow, NewPermission, NewRow, Permission, PermissionField, PermissionPatch},
    store,
};
use crate::{Actor, Error, PermissionId, Result, audit::Event, grants::require_all};

/// Lists, creates, changes and deletes permissions. Object-safe: share it as `Arc<dyn Permissions>`.
#[async_trait]
pub trait Permissions: Send + Sync {
    /// Lists permissions. The search matches names and codenames.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn list(
        &self,
        work: &mut Work,
        request: &ListRequest<PermissionField>,
    ) -> Result<Page<Permission>>;

    /// # Errors
    /// [`Error::NotFound`].
    async fn by_id(&self, work: &mut Work, id: PermissionId) -> Result<Permission>;

    /// Returns a permission if `actor` may change or delete it.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Protected`]; [`Error::PrivilegeEscalation`] if a role grants the permission and
    /// `actor` does not have it.
    async fn find_changeable(
        &self,
        work: &mut Work,
        actor: Actor,
        id: PermissionId,
    ) -> Result<Permission>;

    /// Returns the ids that exist, so that unknown ids can be reported together with other validation errors. The
    /// database checks again when a role is written.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn existing(
        &self,
        work: &mut Work,
        ids: &[PermissionId],
    ) -> Result<BTreeSet<PermissionId>>;

    /// Returns true if no permission other than `except` has this codename, so that a duplicate can be reported
    /// together with other validation errors.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn is_codename_free(
        &self,
        work: &mut Work,
        codename: &str,
        except: Option<PermissionId>,
    ) -> Result<bool>;

    /// Creates a permission. No account has it yet, so only a superuser can add it to a role.
    ///
    /// # Errors
    /// [`Error::Taken`].
    async fn create(&self, work: &mut Work, actor: Actor, new: NewPermission)
    -> Result<Permission>;

    /// Updates the fields that are set in the patch.
    ///
    /// # Errors
    /// As [`Permissions::find_changeable`]; [`Error::Taken`].
    async fn update(
        &self,
        work: &mut Work,
        actor: Actor,
        id: PermissionId,
        patch: PermissionPatch,
    ) -> Result<Permission>;

    /// Deletes a permission and removes it from all roles.
    ///
    /// # Errors
    /// As [`Permissions::find_changeable`].
    async fn delete(&self, work: &mut Work, actor: Actor, id: PermissionId) -> Result<()>;
}

/// [`Permissions`] stored in the project's database.
#[derive(Default)]
pub struct StoredPermissions;

#[async_trait]
impl Permissions for StoredPermissions {
    async fn list(
        &self,
        work: &mut Work,
        request: &ListRequest<PermissionField>,
    ) -> Result<Page<Permission>> {
        Ok(store::list(&mut work.scan_if(request.needs_scan()), request).await?)
    }

    async fn by_id(&self, work: &mut Work, id: PermissionId) -> Result<Permission> {
        store::by_id(work, id).await?.ok_or(Error::NotFound)
    }

    async fn find_changeable(
        &self,
        work: &mut Work,
        actor: Actor,
        id: PermissionId,
    ) -> Result<Permission> {
        let permission = self.by_id(work, id).await?;
        require_changeable(work, actor, &permission)
            .await
            .inspect_err(|error| change_event(actor, id).record_refusal(error))?;
        Ok(permission)
    }

    async fn existing(
        &self,
        work: &mut Work,
        ids: &[PermissionId],
    ) -> Result<BTreeSet<PermissionId>> {
        Ok(store::existing(work, ids).await?.into_iter().collect())
    }

    async fn is_codename_free(
        &self,
        work: &mut Work,
        codename: &str,
        except: Option<PermissionId>,
    ) -> Result<bool> {
        Ok(!store::has_codename(work, codename, except).await?)
    }

    async fn create(
        &self,
        work: &mut Work,
        actor: Actor,
        new: NewPermission,
    ) -> Result<Permission> {
        let row = NewRow {
            name_folded: folded(&new.name),
            name: &new.name,
            codename_folded: folded(&new.codename),
            codename: &new.codename,
            description: &new.description,
        };
        let permission = store::insert(work, &row).await?;
        Event::of("permission creation", actor).permission(permission.id).record_after_commit(work);
        Ok(permission)
    }

    async fn update(
        &self,
        work: &mut Work,
        actor: Actor,
        id: PermissionId,
        patch: PermissionPatch,
    ) -> Result<Permission> {
        let outcome =
            work.transaction(async |work| change(work, actor, id, patch.clone()).await).await;
        change_event(actor, id).record_outcome(work, &outcome);
        outcome
    }

    async fn delete(&self, work: &mut Work, actor: Actor, id: PermissionId) -> Result<()> {
        let event = Event::of("permission deletion", actor).permission(id);
        let outcome = work.transaction(async |work| delete(work, actor, id).await).await;
        event.record_outcome(work, &outcome);
        outcome
    }
}

fn change_event(actor: Actor, id: PermissionId) -> Event {
    Event::of("permission change", actor).permission(id)
}

/// Checks that `actor` may change or delete a permission. If a role grants it, the actor must have it too, because the
/// change affects every account with that role.
async fn require_changeable(work: &mut Work, actor: Actor, permission: &Permission) -> Result<()> {
    if permission.is_system {
        return Err(Error::Protected);
    }
    if store::is_granted(work, permission.id).await? {
        require_all(work, actor, &BTreeSet::from([permission.id])).await?;
    }
    Ok(())
}

async fn change(
    work: &mut Work,
    actor: Actor,
    id: PermissionId,
    patch: PermissionPatch,
) -> Result<Permission> {
    let before = store::lock(work, id).await?.ok_or(Error::NotFound)?;
    require_changeable(work, actor, &before).await?;
    let name = patch.name.unwrap_or(before.name);
    let codename = patch.codename.unwrap_or(before.codename);
    let row = ChangedRow {
        name_folded: folded(&name),
        name,
        codename_folded: folded(&codename),
        codename,
        description: patch.description.unwrap_or(before.description),
    };
    store::update(work, id, &row).await
}

async fn delete(work: &mut Work, actor: Actor, id: PermissionId) -> Result<()> {
    let permission = store::lock(work, id).await?.ok_or(Error::NotFound)?;
    require_changeable(work, actor, &permission).await?;
    Ok(store::delete(work, id).await?)
}
