//! The service that assigns roles to accounts and resolves the permissions of an account.

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use loggia_db::{Db, Tx};
use loggia_kernel::{AccountId, Clock, Page, Timestamp, list::ListRequest};

use super::{
    model::{Assignment, AssignmentField, AssignmentId, NewRow},
    store,
};
use crate::{
    Actor, Error, Result, RoleId,
    audit::Event,
    grants::{self, finish, require_all},
    roles::store as roles,
};

/// Assigns roles to accounts and resolves their permissions. Object-safe: share it as `Arc<dyn Assignments>`.
#[async_trait]
pub trait Assignments: Send + Sync {
    /// Returns true if any role of the account grants at least one of these codenames. Runs one query.
    /// Does not take superuser status into account.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn has_any_permission(&self, account: AccountId, codenames: &[&str]) -> Result<bool>;

    /// Returns all codenames that the account's roles grant.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn codenames_of(&self, account: AccountId) -> Result<BTreeSet<String>>;

    /// Returns true if the roles of `account` grant a permission that `actor` does not have. Runs one query, or none if
    /// `actor` is a superuser. Does not take superuser status of `account` into account.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn exceeds(&self, account: AccountId, actor: Actor) -> Result<bool>;

    /// Lists assignments. The search matches role names.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn list(&self, request: &ListRequest<AssignmentField>) -> Result<Page<Assignment>>;

    /// # Errors
    /// [`Error::NotFound`].
    async fn by_id(&self, id: AssignmentId) -> Result<Assignment>;

    /// Assigns a role to an account.
    ///
    /// # Errors
    /// [`Error::UnknownRole`]; [`Error::UnknownAccount`]; [`Error::AlreadyAssigned`]; [`Error::PrivilegeEscalation`] if
    /// the role grants a permission that `actor` does not have.
    async fn assign(&self, actor: Actor, account: AccountId, role: RoleId) -> Result<Assignment>;

    /// Deletes an assignment.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::PrivilegeEscalation`] as [`Assignments::assign`].
    async fn remove(&self, actor: Actor, id: AssignmentId) -> Result<()>;

    /// Assigns a role unless the account already has it. A caller that changes the account in the same transaction must
    /// lock the account first.
    ///
    /// # Errors
    /// As [`Assignments::assign`], but never [`Error::AlreadyAssigned`].
    async fn ensure_assigned(&self, actor: Actor, account: AccountId, role: RoleId) -> Result<()>;

    /// Removes a role if the account has it. A caller that changes the account in the same transaction must lock the
    /// account first.
    ///
    /// # Errors
    /// [`Error::UnknownRole`]; [`Error::PrivilegeEscalation`] as [`Assignments::assign`], if the account has the role.
    async fn ensure_unassigned(&self, actor: Actor, account: AccountId, role: RoleId)
    -> Result<()>;
}

/// [`Assignments`] stored in the project's database.
pub struct StoredAssignments {
    db: Db,
    clock: Arc<dyn Clock>,
}

impl StoredAssignments {
    /// Creates the service on `db`.
    pub fn new(db: Db, clock: Arc<dyn Clock>) -> Self {
        Self { db, clock }
    }
}

#[async_trait]
impl Assignments for StoredAssignments {
    async fn has_any_permission(&self, account: AccountId, codenames: &[&str]) -> Result<bool> {
        let mut conn = self.db.read().await?;
        Ok(grants::has_any_permission(&mut conn, account, codenames).await?)
    }

    async fn codenames_of(&self, account: AccountId) -> Result<BTreeSet<String>> {
        let mut conn = self.db.read().await?;
        Ok(grants::codenames_of(&mut conn, account).await?)
    }

    async fn exceeds(&self, account: AccountId, actor: Actor) -> Result<bool> {
        if actor.is_superuser || actor.account == account {
            return Ok(false);
        }
        let mut conn = self.db.read().await?;
        Ok(grants::exceeds(&mut conn, account, actor.account).await?)
    }

    async fn list(&self, request: &ListRequest<AssignmentField>) -> Result<Page<Assignment>> {
        let mut conn = if request.needs_scan() {
            self.db.scan().await?
        } else {
            self.db.read().await?
        };
        Ok(store::list(&mut conn, request).await?)
    }

    async fn by_id(&self, id: AssignmentId) -> Result<Assignment> {
        let mut conn = self.db.read().await?;
        store::by_id(&mut conn, id).await?.ok_or(Error::NotFound)
    }

    async fn assign(&self, actor: Actor, account: AccountId, role: RoleId) -> Result<Assignment> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let outcome = assign(&mut tx, actor, (account, role), now).await;
        finish(tx, grant_event(actor, account, role), outcome).await
    }

    async fn remove(&self, actor: Actor, id: AssignmentId) -> Result<()> {
        let found = self.by_id(id).await?;
        let mut tx = self.db.begin().await?;
        let outcome = remove(&mut tx, actor, &found).await;
        let event = removal_event(actor, found.account_id, found.role_id);
        finish(tx, event, outcome).await
    }

    async fn ensure_assigned(&self, actor: Actor, account: AccountId, role: RoleId) -> Result<()> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let outcome = ensure_assigned(&mut tx, actor, (account, role), now).await;
        finish_if_changed(tx, grant_event(actor, account, role), outcome).await
    }

    async fn ensure_unassigned(
        &self,
        actor: Actor,
        account: AccountId,
        role: RoleId,
    ) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let outcome = ensure_unassigned(&mut tx, actor, (account, role)).await;
        finish_if_changed(tx, removal_event(actor, account, role), outcome).await
    }
}

fn grant_event(actor: Actor, account: AccountId, role: RoleId) -> Event {
    Event::of("role grant", actor).to(account).role(role)
}

fn removal_event(actor: Actor, account: AccountId, role: RoleId) -> Event {
    Event::of("role removal", actor).to(account).role(role)
}

/// Finishes the transaction as [`finish`] does, but records no event if nothing changed.
async fn finish_if_changed(tx: Tx, event: Event, outcome: Result<bool>) -> Result<()> {
    match outcome {
        Ok(false) => Ok(tx.rollback().await?),
        outcome => finish(tx, event, outcome).await.map(drop),
    }
}

/// Locks a role, so that its permissions cannot change until the transaction ends.
async fn lock(tx: &mut Tx, role: RoleId) -> Result<()> {
    let locked = roles::lock(tx, role).await?;
    locked.map(drop).ok_or(Error::UnknownRole(role))
}

async fn require_role_permissions(tx: &mut Tx, actor: Actor, role: RoleId) -> Result<()> {
    let granted = roles::permission_ids(tx, role).await?;
    require_all(tx, actor, &granted).await
}

async fn assign(
    tx: &mut Tx,
    actor: Actor,
    (account_id, role_id): (AccountId, RoleId),
    created_at: Timestamp,
) -> Result<Assignment> {
    lock(tx, role_id).await?;
    // Validation errors take precedence over missing permissions. Permissions are checked before the write, because
    // the account would otherwise pass the check with the role that is being assigned.
    if store::has(tx, account_id, role_id).await? {
        return Err(Error::AlreadyAssigned);
    }
    require_role_permissions(tx, actor, role_id).await?;
    let row = NewRow {
        account_id,
        role_id,
        created_at,
    };
    store::insert(tx, &row).await
}

async fn remove(tx: &mut Tx, actor: Actor, found: &Assignment) -> Result<()> {
    // Deleting a role also deletes its assignments.
    lock(tx, found.role_id).await.map_err(|error| match error {
        Error::UnknownRole(_) => Error::NotFound,
        error => error,
    })?;
    require_role_permissions(tx, actor, found.role_id).await?;
    if store::delete(tx, found.id).await? {
        Ok(())
    } else {
        Err(Error::NotFound)
    }
}

async fn ensure_assigned(
    tx: &mut Tx,
    actor: Actor,
    (account, role): (AccountId, RoleId),
    now: Timestamp,
) -> Result<bool> {
    match assign(tx, actor, (account, role), now).await {
        Ok(_) => Ok(true),
        Err(Error::AlreadyAssigned) => Ok(false),
        Err(error) => Err(error),
    }
}

async fn ensure_unassigned(
    tx: &mut Tx,
    actor: Actor,
    (account, role): (AccountId, RoleId),
) -> Result<bool> {
    lock(tx, role).await?;
    if !store::has(tx, account, role).await? {
        return Ok(false);
    }
    require_role_permissions(tx, actor, role).await?;
    Ok(store::delete_of(tx, account, role).await?)
}
