//! Creating roles, and reading, changing and deleting them.

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

/// Creating roles, and reading, changing and deleting them. Object-safe: share it as `Arc<dyn Roles>`.
#[async_trait]
pub trait Roles: Send + Sync {
    /// The roles that are wanted; a search looks at names.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn list(&self, request: &ListRequest<RoleField>) -> Result<Page<Role>>;

    /// # Errors
    /// [`Error::NotFound`].
    async fn by_id(&self, id: RoleId) -> Result<Role>;

    /// Finds a role by its name in whatever case. Of several the built-in one counts, then the one that has the name letter
    /// for letter, then the oldest.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    async fn by_name(&self, name: &str) -> Result<Role>;

    /// Finds a role that `actor` may change or delete.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Protected`]; [`Error::PrivilegeEscalation`] if it carries what `actor` does not hold.
    async fn find_changeable(&self, actor: Actor, id: RoleId) -> Result<Role>;

    /// Whether no role but `except` has this name. For reporting it beside other faults: what decides is the database, when
    /// the role is written.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn is_name_free(&self, name: &str, except: Option<RoleId>) -> Result<bool>;

    /// Creates a role.
    ///
    /// # Errors
    /// [`Error::Taken`]; [`Error::UnknownPermission`]; [`Error::PrivilegeEscalation`] if it was to carry what `actor`
    /// does not hold.
    async fn create(&self, actor: Actor, new: NewRole) -> Result<Role>;

    /// Changes what the patch names.
    ///
    /// # Errors
    /// As [`Roles::find_changeable`] and [`Roles::create`]: `actor` must hold all that the role carries before and after.
    async fn update(&self, actor: Actor, id: RoleId, patch: RolePatch) -> Result<Role>;

    /// Deletes a role, and so takes it from everybody.
    ///
    /// # Errors
    /// As [`Roles::find_changeable`].
    async fn delete(&self, actor: Actor, id: RoleId) -> Result<()>;
}

/// [`Roles`] kept in the project's database.
pub struct StoredRoles {
    db: Db,
}

impl StoredRoles {
    /// Roles in this database.
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
            // None can have it, and PostgreSQL cannot even be asked.
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

/// Sees to it that these permissions exist, and go on doing so until the role that is to carry them is written.
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
