//! Creating roles, and reading, changing and deleting them.

use std::collections::BTreeSet;

use async_trait::async_trait;
use loggia_db::{Conn, Db, Tx};
use loggia_kernel::{
    Page,
    listing::{Listing, folded},
};

use super::{
    model::{ChangedRow, NewRole, NewRow, Role, RoleField, RoleId, RolePatch},
    store,
};
use crate::{
    Actor, Error, PermissionId, Result,
    holding::{demand, finish},
    permissions::store as permissions,
    security::Event,
};

/// Creating roles, and reading, changing and deleting them. Object-safe: share it as `Arc<dyn Roles>`.
#[async_trait]
pub trait Roles: Send + Sync {
    /// The roles that are wanted; a search looks at names.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn list(&self, listing: &Listing<RoleField>) -> Result<Page<Role>>;

    /// # Errors
    /// [`Error::NotFound`].
    async fn by_id(&self, id: RoleId) -> Result<Role>;

    /// Finds a role by its name in whatever case. Of several the built-in one counts, then the one that has the name letter
    /// for letter, then the oldest.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    async fn named(&self, name: &str) -> Result<Role>;

    /// Finds a role that `actor` may change or delete.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Protected`]; [`Error::Exceeds`] if it carries what `actor` does not hold.
    async fn to_change(&self, actor: Actor, id: RoleId) -> Result<Role>;

    /// Whether no role but `except` has this name. For reporting it beside other faults: what decides is the database, when
    /// the role is written.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn is_name_free(&self, name: &str, except: Option<RoleId>) -> Result<bool>;

    /// Creates a role.
    ///
    /// # Errors
    /// [`Error::Taken`]; [`Error::UnknownPermission`]; [`Error::Exceeds`] if it was to carry what `actor` does not hold.
    async fn create(&self, actor: Actor, new: NewRole) -> Result<Role>;

    /// Changes what the patch names.
    ///
    /// # Errors
    /// As [`Roles::to_change`] and [`Roles::create`]: `actor` must hold all that the role carries before and after.
    async fn update(&self, actor: Actor, id: RoleId, patch: RolePatch) -> Result<Role>;

    /// Deletes a role, and so takes it from everybody.
    ///
    /// # Errors
    /// As [`Roles::to_change`].
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
    async fn list(&self, listing: &Listing<RoleField>) -> Result<Page<Role>> {
        let mut conn = if listing.reads_much() {
            self.db.scan().await?
        } else {
            self.db.read().await?
        };
        Ok(store::list(&mut conn, listing).await?)
    }

    async fn by_id(&self, id: RoleId) -> Result<Role> {
        let mut conn = self.db.read().await?;
        store::by_id(&mut conn, id).await?.ok_or(Error::NotFound)
    }

    async fn named(&self, name: &str) -> Result<Role> {
        if name.contains('\0') {
            // None can have it, and PostgreSQL cannot even be asked.
            return Err(Error::NotFound);
        }
        let mut conn = self.db.read().await?;
        store::by_name(&mut conn, name)
            .await?
            .ok_or(Error::NotFound)
    }

    async fn to_change(&self, actor: Actor, id: RoleId) -> Result<Role> {
        let mut conn = self.db.read().await?;
        let role = store::by_id(&mut conn, id).await?.ok_or(Error::NotFound)?;
        let carried = role.permissions.iter().map(|carried| carried.id).collect();
        let outcome = changeable(&mut conn, actor, role.is_built_in, &carried).await;
        if let Err(error) = &outcome {
            Event::of("role change", actor).role(id).refused(error);
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

async fn changeable(
    conn: &mut Conn,
    actor: Actor,
    is_built_in: bool,
    carried: &BTreeSet<PermissionId>,
) -> Result<()> {
    if is_built_in {
        return Err(Error::Protected);
    }
    demand(conn, actor, carried).await
}

async fn create(tx: &mut Tx, actor: Actor, new: &NewRole) -> Result<Role> {
    hold(tx, &new.permissions).await?;
    demand(tx, actor, &new.permissions).await?;
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
    let carried = store::carried(tx, id).await?;
    let wanted = patch.permissions.unwrap_or_else(|| carried.clone());
    let added: BTreeSet<_> = wanted.difference(&carried).copied().collect();
    let taken: BTreeSet<_> = carried.difference(&wanted).copied().collect();
    hold(tx, &added).await?;
    let both = carried.union(&wanted).copied().collect();
    changeable(tx, actor, before.is_built_in, &both).await?;
    let name = patch.name.unwrap_or(before.name);
    let row = ChangedRow {
        name_folded: folded(&name),
        name,
        description: patch.description.unwrap_or(before.description),
    };
    let row = store::update(tx, id, &row).await?;
    if !taken.is_empty() {
        store::take(tx, id, &taken).await?;
    }
    if !added.is_empty() {
        store::add(tx, id, &added).await?;
    }
    Ok(store::complete(tx, row).await?)
}

/// Sees to it that these permissions exist, and go on doing so until the role that is to carry them is written.
async fn hold(tx: &mut Tx, wanted: &BTreeSet<PermissionId>) -> Result<()> {
    if wanted.is_empty() {
        return Ok(());
    }
    let there: BTreeSet<_> = permissions::hold(tx, wanted).await?.into_iter().collect();
    match wanted.difference(&there).next() {
        Some(missing) => Err(Error::UnknownPermission(*missing)),
        None => Ok(()),
    }
}

async fn delete(tx: &mut Tx, actor: Actor, id: RoleId) -> Result<()> {
    let role = store::lock(tx, id).await?.ok_or(Error::NotFound)?;
    let carried = store::carried(tx, id).await?;
    changeable(tx, actor, role.is_built_in, &carried).await?;
    Ok(store::delete(tx, id).await?)
}
