//! The service that lists, creates, changes and deletes roles.

use std::collections::BTreeSet;

use async_trait::async_trait;
use loggia_db::Work;
use loggia_kernel::{
    Page,
    list::{ListRequest, folded},
};

use super::{
    model::{ChangedRow, NewRole, NewRow, Role, RoleField, RolePatch},
    store,
};
use crate::{
    Actor, Error, PermissionId, Result, RoleId, audit::Event, grants::require_all,
    permissions::store as permissions,
};

/// Lists, creates, changes and deletes roles. Object-safe: share it as `Arc<dyn Roles>`.
#[async_trait]
pub trait Roles: Send + Sync {
    /// Lists roles. The search matches names.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn list(&self, work: &mut Work, request: &ListRequest<RoleField>) -> Result<Page<Role>>;

    /// # Errors
    /// [`Error::NotFound`].
    async fn by_id(&self, work: &mut Work, id: RoleId) -> Result<Role>;

    /// Returns a role by its name, without regard to case. If several match, the built-in role takes precedence, then
    /// an exact match, then the oldest role.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    async fn by_name(&self, work: &mut Work, name: &str) -> Result<Role>;

    /// Returns a role if `actor` may change or delete it.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Protected`]; [`Error::PrivilegeEscalation`] if the role grants a permission that
    /// `actor` does not have.
    async fn find_changeable(&self, work: &mut Work, actor: Actor, id: RoleId) -> Result<Role>;

    /// Returns true if no role other than `except` has this name, so that a duplicate can be reported together with
    /// other validation errors. The database checks again when the role is written.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn is_name_free(
        &self,
        work: &mut Work,
        name: &str,
        except: Option<RoleId>,
    ) -> Result<bool>;

    /// Creates a role.
    ///
    /// # Errors
    /// [`Error::Taken`]; [`Error::UnknownPermission`]; [`Error::PrivilegeEscalation`] if the role would grant a
    /// permission that `actor` does not have.
    async fn create(&self, work: &mut Work, actor: Actor, new: NewRole) -> Result<Role>;

    /// Updates the fields that are set in the patch.
    ///
    /// # Errors
    /// As [`Roles::find_changeable`] and [`Roles::create`]: `actor` must have all permissions that the role grants
    /// before and after the change.
    async fn update(
        &self,
        work: &mut Work,
        actor: Actor,
        id: RoleId,
        patch: RolePatch,
    ) -> Result<Role>;

    /// Deletes a role and removes it from all accounts.
    ///
    /// # Errors
    /// As [`Roles::find_changeable`].
    async fn delete(&self, work: &mut Work, actor: Actor, id: RoleId) -> Result<()>;
}

/// [`Roles`] stored in the project's database.
#[derive(Default)]
pub struct StoredRoles;

#[async_trait]
impl Roles for StoredRoles {
    async fn list(&self, work: &mut Work, request: &ListRequest<RoleField>) -> Result<Page<Role>> {
        Ok(store::list(&mut work.scan_if(request.needs_scan()), request).await?)
    }

    async fn by_id(&self, work: &mut Work, id: RoleId) -> Result<Role> {
        store::by_id(work, id).await?.ok_or(Error::NotFound)
    }

    async fn by_name(&self, work: &mut Work, name: &str) -> Result<Role> {
        if name.contains('\0') {
            // No stored name contains a NUL, and PostgreSQL rejects one in a query.
            return Err(Error::NotFound);
        }
        store::by_name(work, name).await?.ok_or(Error::NotFound)
    }

    async fn find_changeable(&self, work: &mut Work, actor: Actor, id: RoleId) -> Result<Role> {
        let role = self.by_id(work, id).await?;
        let granted = role.permissions.iter().map(|granted| granted.id).collect();
        require_changeable(work, actor, role.is_built_in, &granted)
            .await
            .inspect_err(|error| change_event(actor, id).record_refusal(error))?;
        Ok(role)
    }

    async fn is_name_free(
        &self,
        work: &mut Work,
        name: &str,
        except: Option<RoleId>,
    ) -> Result<bool> {
        Ok(!store::has_name(work, name, except).await?)
    }

    async fn create(&self, work: &mut Work, actor: Actor, new: NewRole) -> Result<Role> {
        let event = Event::of("role creation", actor);
        work.transaction(async |work| {
            let role = create(work, actor, &new).await?;
            event.role(role.id).record_after_commit(work);
            Ok(role)
        })
        .await
        .inspect_err(|error| event.record_refusal(error))
    }

    async fn update(
        &self,
        work: &mut Work,
        actor: Actor,
        id: RoleId,
        patch: RolePatch,
    ) -> Result<Role> {
        let outcome =
            work.transaction(async |work| change(work, actor, id, patch.clone()).await).await;
        change_event(actor, id).record_outcome(work, &outcome);
        outcome
    }

    async fn delete(&self, work: &mut Work, actor: Actor, id: RoleId) -> Result<()> {
        let event = Event::of("role deletion", actor).role(id);
        let outcome = work.transaction(async |work| delete(work, actor, id).await).await;
        event.record_outcome(work, &outcome);
        outcome
    }
}

fn change_event(actor: Actor, id: RoleId) -> Event {
    Event::of("role change", actor).role(id)
}

async fn require_changeable(
    work: &mut Work,
    actor: Actor,
    is_built_in: bool,
    granted: &BTreeSet<PermissionId>,
) -> Result<()> {
    if is_built_in {
        return Err(Error::Protected);
    }
    require_all(work, actor, granted).await
}

async fn create(work: &mut Work, actor: Actor, new: &NewRole) -> Result<Role> {
    require_existing(work, &new.permissions).await?;
    require_all(work, actor, &new.permissions).await?;
    let row =
        NewRow { name_folded: folded(&new.name), name: &new.name, description: &new.description };
    let row = store::insert(work, &row).await?;
    if !new.permissions.is_empty() {
        store::add(work, row.id, &new.permissions).await?;
    }
    Ok(store::complete(work, row).await?)
}

async fn change(work: &mut Work, actor: Actor, id: RoleId, patch: RolePatch) -> Result<Role> {
    let before = store::lock(work, id).await?.ok_or(Error::NotFound)?;
    let granted = store::permission_ids(work, id).await?;
    let requested = patch.permissions.unwrap_or_else(|| granted.clone());
    let added: BTreeSet<_> = requested.difference(&granted).copied().collect();
    let taken: BTreeSet<_> = granted.difference(&requested).copied().collect();
    require_existing(work, &added).await?;
    let both = granted.union(&requested).copied().collect();
    require_changeable(work, actor, before.is_built_in, &both).await?;
    let name = patch.name.unwrap_or(before.name);
    let row = ChangedRow {
        name_folded: folded(&name),
        name,
        description: patch.description.unwrap_or(before.description),
    };
    let row = store::update(work, id, &row).await?;
    if !taken.is_empty() {
        store::remove(work, id, &taken).await?;
    }
    if !added.is_empty() {
        store::add(work, id, &added).await?;
    }
    Ok(store::complete(work, row).await?)
}

/// Checks that these permissions exist, and locks them until the transaction ends.
async fn require_existing(work: &mut Work, requested: &BTreeSet<PermissionId>) -> Result<()> {
    if requested.is_empty() {
        return Ok(());
    }
    let existing: BTreeSet<_> =
        permissions::lock_existing(work, requested).await?.into_iter().collect();
    match requested.difference(&existing).next() {
        Some(missing) => Err(Error::UnknownPermission(*missing)),
        None => Ok(()),
    }
}

async fn delete(work: &mut Work, actor: Actor, id: RoleId) -> Result<()> {
    let role = store::lock(work, id).await?.ok_or(Error::NotFound)?;
    let granted = store::permission_ids(work, id).await?;
    require_changeable(work, actor, role.is_built_in, &granted).await?;
    Ok(store::delete(work, id).await?)
}
