//! The service that assigns roles to accounts and resolves the permissions of an account.

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use loggia_db::Work;
use loggia_kernel::{AccountId, Clock, Page, Timestamp, list::ListRequest};

use super::{
    model::{Assignment, AssignmentField, NewRow},
    store,
};
use crate::{
    Actor, AssignmentId, Error, Result, RoleId,
    audit::Event,
    grants::{self, require_all},
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
    async fn has_any_permission(
        &self,
        work: &mut Work,
        account: AccountId,
        codenames: &[&str],
    ) -> Result<bool>;

    /// Returns all codenames that the account's roles grant.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn codenames_of(&self, work: &mut Work, account: AccountId) -> Result<BTreeSet<String>>;

    /// Returns true if the roles of `account` grant a permission that `actor` does not have. Runs one query, or none if
    /// `actor` is a superuser. Does not take superuser status of `account` into account.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn exceeds(&self, work: &mut Work, account: AccountId, actor: Actor) -> Result<bool>;

    /// Lists assignments. The search matches role names.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn list(
        &self,
        work: &mut Work,
        request: &ListRequest<AssignmentField>,
    ) -> Result<Page<Assignment>>;

    /// # Errors
    /// [`Error::NotFound`].
    async fn by_id(&self, work: &mut Work, id: AssignmentId) -> Result<Assignment>;

    /// Assigns a role to an account.
    ///
    /// # Errors
    /// [`Error::UnknownRole`]; [`Error::UnknownAccount`]; [`Error::AlreadyAssigned`]; [`Error::PrivilegeEscalation`] if
    /// the role grants a permission that `actor` does not have.
    async fn assign(
        &self,
        work: &mut Work,
        actor: Actor,
        account: AccountId,
        role: RoleId,
    ) -> Result<Assignment>;

    /// Deletes an assignment.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::PrivilegeEscalation`] as [`Assignments::assign`].
    async fn remove(&self, work: &mut Work, actor: Actor, id: AssignmentId) -> Result<()>;

    /// Assigns a role unless the account already has it. A caller that changes the account in the same transaction must
    /// lock the account first.
    ///
    /// # Errors
    /// As [`Assignments::assign`], but never [`Error::AlreadyAssigned`].
    async fn ensure_assigned(
        &self,
        work: &mut Work,
        actor: Actor,
        account: AccountId,
        role: RoleId,
    ) -> Result<()>;

    /// Removes a role if the account has it. A caller that changes the account in the same transaction must lock the
    /// account first.
    ///
    /// # Errors
    /// [`Error::UnknownRole`]; [`Error::PrivilegeEscalation`] as [`Assignments::assign`], if the account has the role.
    async fn ensure_unassigned(
        &self,
        work: &mut Work,
        actor: Actor,
        account: AccountId,
        role: RoleId,
    ) -> Result<()>;
}

/// [`Assignments`] stored in the project's database.
pub struct StoredAssignments {
    clock: Arc<dyn Clock>,
}

impl StoredAssignments {
    /// Creates the service. `clock` sets the time of new assignments.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock }
    }
}

#[async_trait]
impl Assignments for StoredAssignments {
    async fn has_any_permission(
        &self,
        work: &mut Work,
        account: AccountId,
        codenames: &[&str],
    ) -> Result<bool> {
        Ok(grants::has_any_permission(work, account, codenames).await?)
    }

    async fn codenames_of(&self, work: &mut Work, account: AccountId) -> Result<BTreeSet<String>> {
        Ok(grants::codenames_of(work, account).await?)
    }

    async fn exceeds(&self, work: &mut Work, account: AccountId, actor: Actor) -> Result<bool> {
        if actor.is_superuser || actor.account == account {
            return Ok(false);
        }
        Ok(grants::exceeds(work, account, actor.account).await?)
    }

    async fn list(
        &self,
        work: &mut Work,
        request: &ListRequest<AssignmentField>,
    ) -> Result<Page<Assignment>> {
        Ok(store::list(&mut work.scan_if(request.needs_scan()), request).await?)
    }

    async fn by_id(&self, work: &mut Work, id: AssignmentId) -> Result<Assignment> {
        store::by_id(work, id).await?.ok_or(Error::NotFound)
    }

    async fn assign(
        &self,
        work: &mut Work,
        actor: Actor,
        account: AccountId,
        role: RoleId,
    ) -> Result<Assignment> {
        let now = self.clock.now();
        let outcome =
            work.transaction(async |work| assign(work, actor, (account, role), now).await).await;
        grant_event(actor, account, role).record_outcome(work, &outcome);
        outcome
    }

    async fn remove(&self, work: &mut Work, actor: Actor, id: AssignmentId) -> Result<()> {
        let assignment = self.by_id(work, id).await?;
        let event = removal_event(actor, assignment.account_id, assignment.role_id);
        let outcome = work.transaction(async |work| remove(work, actor, &assignment).await).await;
        event.record_outcome(work, &outcome);
        outcome
    }

    async fn ensure_assigned(
        &self,
        work: &mut Work,
        actor: Actor,
        account: AccountId,
        role: RoleId,
    ) -> Result<()> {
        let now = self.clock.now();
        let outcome = work
            .transaction(async |work| ensure_assigned(work, actor, (account, role), now).await)
            .await;
        record_if_changed(work, grant_event(actor, account, role), &outcome);
        outcome.map(drop)
    }

    async fn ensure_unassigned(
        &self,
        work: &mut Work,
        actor: Actor,
        account: AccountId,
        role: RoleId,
    ) -> Result<()> {
        let outcome = work
            .transaction(async |work| ensure_unassigned(work, actor, (account, role)).await)
            .await;
        record_if_changed(work, removal_event(actor, account, role), &outcome);
        outcome.map(drop)
    }
}

/// Records the outcome of an operation that tells whether it changed anything.
fn record_if_changed(work: &mut Work, event: Event, outcome: &Result<bool>) {
    if !matches!(outcome, Ok(false)) {
        event.record_outcome(work, outcome);
    }
}

fn grant_event(actor: Actor, account: AccountId, role: RoleId) -> Event {
    Event::of("role grant", actor).to(account).role(role)
}

fn removal_event(actor: Actor, account: AccountId, role: RoleId) -> Event {
    Event::of("role removal", actor).to(account).role(role)
}

/// Locks a role, so that its permissions cannot change until the transaction ends.
async fn lock(work: &mut Work, role: RoleId) -> Result<()> {
    let locked = roles::lock(work, role).await?;
    locked.map(drop).ok_or(Error::UnknownRole(role))
}

async fn require_role_permissions(work: &mut Work, actor: Actor, role: RoleId) -> Result<()> {
    let granted = roles::permission_ids(work, role).await?;
    require_all(work, actor, &granted).await
}

async fn assign(
    work: &mut Work,
    actor: Actor,
    (account_id, role_id): (AccountId, RoleId),
    created_at: Timestamp,
) -> Result<Assignment> {
    lock(work, role_id).await?;
    // Validation errors take precedence over missing permissions. Permissions are checked before the write, because
    // the account would otherwise pass the check with the role that is being assigned.
    if store::has(work, account_id, role_id).await? {
        return Err(Error::AlreadyAssigned);
    }
    require_role_permissions(work, actor, role_id).await?;
    let row = NewRow { account_id, role_id, created_at };
    store::insert(work, &row).await
}

async fn remove(work: &mut Work, actor: Actor, assignment: &Assignment) -> Result<()> {
    // Deleting a role also deletes its assignments.
    lock(work, assignment.role_id).await.map_err(|error| match error {
        Error::UnknownRole(_) => Error::NotFound,
        error => error,
    })?;
    require_role_permissions(work, actor, assignment.role_id).await?;
    if store::delete(work, assignment.id).await? { Ok(()) } else { Err(Error::NotFound) }
}

async fn ensure_assigned(
    work: &mut Work,
    actor: Actor,
    (account, role): (AccountId, RoleId),
    now: Timestamp,
) -> Result<bool> {
    match assign(work, actor, (account, role), now).await {
        Ok(_) => Ok(true),
        Err(Error::AlreadyAssigned) => Ok(false),
        Err(error) => Err(error),
    }
}

async fn ensure_unassigned(
    work: &mut Work,
    actor: Actor,
    (account, role): (AccountId, RoleId),
) -> Result<bool> {
    lock(work, role).await?;
    if !store::has(work, account, role).await? {
        return Ok(false);
    }
    require_role_permissions(work, actor, role).await?;
    Ok(store::delete_of(work, account, role).await?)
}
