//! The service that lists, creates, changes and deletes roles.

use std::collections::BTreeSet;

use async_trait::async_trait;
use loggia_db::{Conn, Db, Tx};
use loggia_kernel::{
    Page,
    list::{ListRequest, folded},
};

use super::{
    model::{ChangedRow, NewRole, NewRow, Role, RoleField, RoleId, RolePatch},
    store,
};
use crate::{
    Actor, Error, PermissionId, Result,
    audit::Event,
    grants::{finish, require_all},
    permissions::store as permissions,
};

/// Lists, creates, changes and deletes roles. Object-safe: share it as `Arc<dyn Roles>`.
#[async_trait]
pub trait Roles: Send + Sync {
    /// Lists roles. The search matches names.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn list(&self, request: &ListRequest<RoleField>) -> Result<Page<Role>>;

    /// # Errors
    /// [`Error::NotFound`].
    async fn by_id(&self, id: RoleId) -> Result<Role>;

    /// Returns a role by its name, without regard to case. If several match, the built-in role takes precedence, then
    /// an exact match, then the oldest role.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    async fn by_name(&self, name: &str) -> Result<Role>;

    /// Returns a role if `actor` may change or delete it.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Protected`]; [`Error::PrivilegeEscalation`] if the role grants a permission that
    /// `actor` does not have.
    async fn find_changeable(&self, actor: Actor, id: RoleId) -> Result<Role>;

    /// Returns true if no role other than `except` has this name, so that a duplicate can be reported together with
    /// other validation errors. The database checks again when the role is written.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn is_name_free(&self, name: &str, except: Option<RoleId>) -> Result<bool>;

    /// Creates a role.
    ///
    /// # Errors
    /// [`Error::Taken`]; [`Error::UnknownPermission`]; [`Error::PrivilegeEscalation`] if the role would grant a
    /// permission that `actor` does not have.
    async fn create(&self, actor: Actor, new: NewRole) -> Result<Role>;

    /// Updates the fields that are set in the patch.
    ///
    /// # Errors
    /// As [`Roles::find_changeable`] and [`Roles::create`]: `actor` must have all permissions that the role grants
    /// before and after the change.
    async fn update(&self, actor: Actor, id: RoleId, patch: RolePatch) -> Result<Role>;

    /// Deletes a role and removes it from all accounts.
    ///
    /// # Errors
    /// As [`Roles::find_changeable`].
    async fn delete(&self, actor: Actor, id: RoleId) -> Result<()>;
}

/// [`Roles`] stored in the project's database.
pub struct StoredRoles {
    db: Db,
}

impl StoredRoles {
    /// Creates the service on `db`.
    pub fn new(db: Db) -> Self {
        Self { db }
    }
}

#[async_trait]
impl Roles for StoredRoles {
    async fn list(&self, request: &ListRequest<RoleField>) -> Result<Page<Role>> {
        let mut conn = if request.needs_scan() {
            self.db.scan().await?
        } else {
            self.db.read().await?
        };
        Ok(store::list(&mut conn, request).await?)
    }

    async fn by_id(&self, id: RoleId) -> Result<Role> {
        let mut conn = self.db.read().await?;
        store::by_id(&mut conn, id).await?.ok_or(Error::NotFound)
    }

    async fn by_name(&self, name: &str) -> Result<Role> {
        if name.contains('\0') {
            // No stored name contains a NUL, and PostgreSQL rejects one in a query.
            return Err(Error::NotFound);
        }
        let mut conn = self.db.read().await?;
        store::by_name(&mut conn, name)
            .await?
            .ok_or(Error::NotFound)
    }

    async fn find_changeable(&self, actor: Actor, id: RoleId) -> Result<Role> {
        let mut conn = self.db.read().await?;
        let role = store::by_id(&mut conn, id).await?.ok_or(Error::NotFound)?;
        let granted = role.permissions.iter().map(|granted| granted.id).collect();
        let outcome = require_changeable(&mut conn, actor, role.is_built_in, &granted).await;
        if let Err(error) = &outcome {
            Event::of("role change", actor)
                .role(id)
                .record_refusal(error);
        }
        outcome.map(|()| role)
    }

    async fn is_name_free(&self, name: &str, except: Option<RoleId>) -> Result<bool> {
        let mut conn = self.db.read().await?;
        Ok(!store::has_name(&mut conn, name, except).await?)
    }

    async fn create(&self, actor: Actor, new: NewRole) -> Result<Role> {
        let mut tx = self.db.begin().await?;
        let outcome = create(&mut tx, actor, &new).await;
        let mut event = Event::of("role creation", actor);
        if let Ok(role) = &outcome {
            event = event.role(role.id);
        }
        finish(tx, event, outcome).await
    }

    async fn update(&self, actor: Actor, id: RoleId, patch: RolePatch) -> Result<Role> {
        let mut tx = self.db.begin().await?;
        let outcome = change(&mut tx, actor, id, patch).await;
        finish(tx, Event::of("role change", actor).role(id), outcome).await
    }

    async fn delete(&self, actor: Actor, id: RoleId) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let outcome = delete(&mut tx, actor, id).await;
        finish(tx, Event::of("role deletion", actor).role(id), outcome).await
    }
}

async fn require_changeable(
    conn: &mut Conn,
    actor: Actor,
    is_built_in: bool,
    granted: &BTreeSet<PermissionId>,
) -> Result<()> {
    if is_built_in {
        return Err(Error::Protected);
    }
    require_all(conn, actor, granted).await
}

async fn create(tx: &mut Tx, actor: Actor, new: &NewRole) -> Result<Role> {
    require_existing(tx, &new.permissions).await?;
    require_all(tx, actor, &new.permissions).await?;
    let row = NewRow {
        name_folded: folded(&new.name),
        name: &new.name,
        description: &new.description,
    };
    let row = store::insert(tx, &row).await?;
    if !new.permissions.is_empty() {
        store::add(tx, row.id, &new.permissions).await?;
    }
    Ok(store::complete(tx, row).await?)
}

async fn change(tx: &mut Tx, actor: Actor, id: RoleId, patch: RolePatch) -> Result<Role> {
    let before = store::lock(tx, id).await?.ok_or(Error::NotFound)?;
    let granted = store::permission_ids(tx, id).await?;
    let requested = patch.permissions.unwrap_or_else(|| granted.clone());
    let added: BTreeSet<_> = requested.difference(&granted).copied().collect();
    let taken: BTreeSet<_> = granted.difference(&requested).copied().collect();
    require_existing(tx, &added).await?;
    let both = granted.union(&requested).copied().collect();
    require_changeable(tx, actor, before.is_built_in, &both).await?;
    let name = patch.name.unwrap_or(before.name);
    let row = ChangedRow {
        name_folded: folded(&name),
        name,
        description: patch.description.unwrap_or(before.description),
    };
    let row = store::update(tx, id, &row).await?;
    if !taken.is_empty() {
        store::remove(tx, id, &taken).await?;
    }
    if !added.is_empty() {
        store::add(tx, id, &added).await?;
    }
    Ok(store::complete(tx, row).await?)
}

/// Checks that these permissions exist, and locks them until the transaction ends.
async fn require_existing(tx: &mut Tx, requested: &BTreeSet<PermissionId>) -> Result<()> {
    if requested.is_empty() {
        return Ok(());
    }
    let existing: BTreeSet<_> = permissions::lock_existing(tx, requested)
        .await?
        .into_iter()
        .collect();
    match requested.difference(&existing).next() {
        Some(missing) => Err(Error::UnknownPermission(*missing)),
        None => Ok(()),
    }
}

async fn delete(tx: &mut Tx, actor: Actor, id: RoleId) -> Result<()> {
    let role = store::lock(tx, id).await?.ok_or(Error::NotFound)?;
    let granted = store::permission_ids(tx, id).await?;
    require_changeable(tx, actor, role.is_built_in, &granted).await?;
    Ok(store::delete(tx, id).await?)
}
