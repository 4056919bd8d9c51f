//! Authority over accounts: callers cannot change an account that has a permission they do not have.

use std::sync::Arc;

use loggia_db::Work;
use loggia_identity::{self as identity, Account, AccountAdministration, Caller, LockedAccounts};
use loggia_kernel::AccountId;
use loggia_rbac::{Actor, Assignments};

use crate::{Error, Requirement, Result, actor, is_admin};

/// The authority of an operation: its caller, and the condition under which the caller may perform it.
#[derive(Clone, Copy)]
pub struct Authority<'a> {
    /// The account and the session of the caller.
    pub caller: &'a Caller,
    /// The condition, which is checked again in the transaction of the operation.
    pub requirement: Requirement,
}

/// Checks of a caller's authority. Cheap to clone.
#[derive(Clone)]
pub struct Authorization {
    administration: Arc<dyn AccountAdministration>,
    assignments: Arc<dyn Assignments>,
}

impl Authorization {
    /// Creates the checks on these services.
    pub fn new(
        administration: Arc<dyn AccountAdministration>,
        assignments: Arc<dyn Assignments>,
    ) -> Self {
        Self { administration, assignments }
    }

    /// Checks that `actor` has every permission of `target`. An account always passes for itself.
    ///
    /// # Errors
    /// [`Error::Forbidden`] if `target` has a permission that `actor` does not have. The refusal is logged.
    pub async fn require_over(
        &self,
        work: &mut Work,
        actor: &Account,
        target: &Account,
    ) -> Result<()> {
        if actor.is_superuser || actor.id == target.id {
            return Ok(());
        }
        let is_above = target.is_superuser
            || (is_admin(target) && !is_admin(actor))
            || self.assignments.exceeds(work, target.id, self::actor(actor)).await?;
        if is_above {
            tracing::warn!(
                target: "loggia::security",
                actor = actor.id.get(),
                account = target.id.get(),
                "refused: the account has a permission that the actor does not have",
            );
            return Err(Error::Forbidden);
        }
        Ok(())
    }

    /// Locks the accounts of the caller and the target, and checks the caller's authority over the target again. Call it
    /// in the transaction of the change, because the permissions of either may have changed since the request was
    /// authenticated, for example while the client was sending the body.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] if the caller's account was deleted or deactivated, or the session revoked;
    /// [`Error::Forbidden`]; [`identity::Error::NotFound`] if the target does not exist.
    pub async fn lock(
        &self,
        work: &mut Work,
        authority: Authority<'_>,
        target: AccountId,
    ) -> Result<LockedAccounts> {
        let locked = self.administration.lock(work, authority.caller, target);
        let locked = locked.await.map_err(|error| match error {
            identity::Error::InvalidToken(reason) => Error::Unauthenticated(reason),
            error => error.into(),
        })?;
        let requirement = authority.requirement;
        requirement.check(work, &*self.assignments, &locked.actor).await?;
        self.require_over(work, &locked.actor, &locked.target).await?;
        Ok(locked)
    }

    /// Locks the caller's account and checks the requirement again, for a change whose target is not an account.
    ///
    /// # Errors
    /// As [`Authorization::lock`].
    pub async fn lock_caller(&self, work: &mut Work, authority: Authority<'_>) -> Result<Account> {
        let id = authority.caller.account.id;
        Ok(self.lock(work, authority, id).await?.actor)
    }

    /// As [`Authorization::lock_caller`]. Returns the caller as an actor, with the present rights.
    ///
    /// # Errors
    /// As [`Authorization::lock`].
    pub async fn lock_actor(&self, work: &mut Work, authority: Authority<'_>) -> Result<Actor> {
        Ok(actor(&self.lock_caller(work, authority).await?))
    }
}
