//! Giving roles and taking them, and the question what an account holds.

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use loggia_db::{Db, Tx};
use loggia_kernel::{AccountId, Clock, Page, Timestamp, listing::Listing};

use super::{
    model::{Assignment, AssignmentField, AssignmentId, NewRow},
    store,
};
use crate::{
    Actor, Error, Result, RoleId,
    holding::{self, demand, finish},
    roles::store as roles,
    security::Event,
};

/// Giving roles and taking them, and the question what an account holds. Object-safe: share it as `Arc<dyn Assignments>`.
#[async_trait]
pub trait Assignments: Send + Sync {
    /// Whether an account holds one of these codenames through any of its roles, at this moment: one query. That a
    /// superuser holds all is not known here.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn holds_any(&self, account: AccountId, codenames: &[&str]) -> Result<bool>;

    /// All codenames that an account holds through its roles.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn codenames_of(&self, account: AccountId) -> Result<BTreeSet<String>>;

    /// Whether `account` holds anything through its roles that `actor` does not. One query, none for a superuser; whether
    /// `account` is a superuser is not known here.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn exceeds(&self, account: AccountId, actor: Actor) -> Result<bool>;

    /// The assignments that are wanted; a search looks at the names of the roles.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn list(&self, listing: &Listing<AssignmentField>) -> Result<Page<Assignment>>;

    /// # Errors
    /// [`Error::NotFound`].
    async fn by_id(&self, id: AssignmentId) -> Result<Assignment>;

    /// Gives an account a role that it has not.
    ///
    /// # Errors
    /// [`Error::UnknownRole`]; [`Error::UnknownAccount`]; [`Error::Assigned`]; [`Error::Exceeds`] if the role carries what
    /// `actor` does not hold.
    async fn assign(&self, actor: Actor, account: AccountId, role: RoleId) -> Result<Assignment>;

    /// Ends an assignment.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Exceeds`] as [`Assignments::assign`].
    async fn remove(&self, actor: Actor, id: AssignmentId) -> Result<()>;

    /// Sees to it that an account has a role. Who changes the account in the same transaction has locked it before.
    ///
    /// # Errors
    /// As [`Assignments::assign`], but never [`Error::Assigned`].
    async fn give(&self, actor: Actor, account: AccountId, role: RoleId) -> Result<()>;

    /// Sees to it that an account has not a role. Who changes the account in the same transaction has locked it before.
    ///
    /// # Errors
    /// [`Error::UnknownRole`]; [`Error::Exceeds`] as [`Assignments::assign`], if the account has it.
    async fn take(&self, actor: Actor, account: AccountId, role: RoleId) -> Result<()>;
}

/// [`Assignments`] kept in the project's database.
pub struct StoredAssignments {
    db: Db,
    clock: Arc<dyn Clock>,
}

impl StoredAssignments {
    /// Assignments in this database.
    pub fn new(db: Db, clock: Arc<dyn Clock>) -> Self {
        Self { db, clock }
    }
}

#[async_trait]
impl Assignments for StoredAssignments {
    async fn holds_any(&self, account: AccountId, codenames: &[&str]) -> Result<bool> {
        let mut conn = self.db.read().await?;
        Ok(holding::holds_any(&mut conn, account, codenames).await?)
    }

    async fn codenames_of(&self, account: AccountId) -> Result<BTreeSet<String>> {
        let mut conn = self.db.read().await?;
        Ok(holding::codenames_of(&mut conn, account).await?)
    }

    async fn exceeds(&self, account: AccountId, actor: Actor) -> Result<bool> {
        if actor.is_superuser || actor.account == account {
            return Ok(false);
        }
        let mut conn = self.db.read().await?;
        Ok(holding::exceeds(&mut conn, account, actor.account).await?)
    }

    async fn list(&self, listing: &Listing<AssignmentField>) -> Result<Page<Assignment>> {
        let mut conn = if listing.reads_much() {
            self.db.scan().await?
        } else {
            self.db.read().await?
        };
        Ok(store::list(&mut conn, listing).await?)
    }

    async fn by_id(&self, id: AssignmentId) -> Result<Assignment> {
        let mut conn = self.db.read().await?;
        store::by_id(&mut conn, id).await?.ok_or(Error::NotFound)
    }

    async fn assign(&self, actor: Actor, account: AccountId, role: RoleId) -> Result<Assignment> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let outcome = assign(&mut tx, actor, (account, role), now).await;
        finish(tx, granted(actor, account, role), outcome).await
    }

    async fn remove(&self, actor: Actor, id: AssignmentId) -> Result<()> {
        let found = self.by_id(id).await?;
        let mut tx = self.db.begin().await?;
        let outcome = remove(&mut tx, actor, &found).await;
        let event = removed(actor, found.account_id, found.role_id);
        finish(tx, event, outcome).await
    }

    async fn give(&self, actor: Actor, account: AccountId, role: RoleId) -> Result<()> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let outcome = give(&mut tx, actor, (account, role), now).await;
        settle(tx, granted(actor, account, role), outcome).await
    }

    async fn take(&self, actor: Actor, account: AccountId, role: RoleId) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let outcome = take(&mut tx, actor, (account, role)).await;
        settle(tx, removed(actor, account, role), outcome).await
    }
}

fn granted(actor: Actor, account: AccountId, role: RoleId) -> Event {
    Event::of("role grant", actor).to(account).role(role)
}

fn removed(actor: Actor, account: AccountId, role: RoleId) -> Event {
    Event::of("role removal", actor).to(account).role(role)
}

/// As [`finish`], where there may have been nothing to do and so nothing to tell of.
async fn settle(tx: Tx, event: Event, outcome: Result<bool>) -> Result<()> {
    match outcome {
        Ok(false) => Ok(tx.rollback().await?),
        outcome => finish(tx, event, outcome).await.map(drop),
    }
}

/// What a role carries, once nobody can change it any more before the transaction ends.
async fn lock(tx: &mut Tx, role: RoleId) -> Result<()> {
    let locked = roles::lock(tx, role).await?;
    locked.map(drop).ok_or(Error::UnknownRole(role))
}

async fn demand_role(tx: &mut Tx, actor: Actor, role: RoleId) -> Result<()> {
    let carried = roles::carried(tx, role).await?;
    demand(tx, actor, &carried).await
}

async fn assign(
    tx: &mut Tx,
    actor: Actor,
    (account_id, role_id): (AccountId, RoleId),
    created_at: Timestamp,
) -> Result<Assignment> {
    lock(tx, role_id).await?;
    // What is wrong with the request is said before what the caller may not. And that is judged before anything is
    // written: whoever gives himself a role would hold what it carries.
    if store::has(tx, account_id, role_id).await? {
        return Err(Error::Assigned);
    }
    demand_role(tx, actor, role_id).await?;
    let row = NewRow {
        account_id,
        role_id,
        created_at,
    };
    store::insert(tx, &row).await
}

async fn remove(tx: &mut Tx, actor: Actor, found: &Assignment) -> Result<()> {
    // A role that is gone took its assignments with it.
    lock(tx, found.role_id).await.map_err(|error| match error {
        Error::UnknownRole(_) => Error::NotFound,
        error => error,
    })?;
    demand_role(tx, actor, found.role_id).await?;
    if store::delete(tx, found.id).await? {
        Ok(())
    } else {
        Err(Error::NotFound)
    }
}

async fn give(
    tx: &mut Tx,
    actor: Actor,
    (account, role): (AccountId, RoleId),
    now: Timestamp,
) -> Result<bool> {
    match assign(tx, actor, (account, role), now).await {
        Ok(_) => Ok(true),
        Err(Error::Assigned) => Ok(false),
        Err(error) => Err(error),
    }
}

async fn take(tx: &mut Tx, actor: Actor, (account, role): (AccountId, RoleId)) -> Result<bool> {
    lock(tx, role).await?;
    if !store::has(tx, account, role).await? {
        return Ok(false);
    }
    demand_role(tx, actor, role).await?;
    Ok(store::delete_of(tx, account, role).await?)
}
