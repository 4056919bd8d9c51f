//! Organizations and their members.

use std::sync::Arc;

use async_trait::async_trait;
use loggia_db::Work;
use loggia_kernel::{AccountId, Clock, OrgId, Page, PageRequest};

use super::{groups, members};
use crate::{
    Error, MemberRef, Membership, OrgMember, OrgRole, Organization, Result, audit,
    names::accounts as names, store::orgs as store,
};

/// Organizations and their members. Object-safe: share it as `Arc<dyn Organizations>`.
///
/// Permissions are checked in the transaction of the operation, by the caller's role at that time.
/// [`crate::Sessions::member`] returns the organizations of a caller.
///
/// Only owners with an active account count as owners. Every organization keeps at least one of them, also under
/// concurrent changes.
#[async_trait]
pub trait Organizations: Send + Sync {
    /// Creates a group with this name, 1 to [`Organization::MAX_NAME_CHARS`] characters. The creator becomes its owner.
    /// The slug is derived from the name and never changes.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the creator's account does not exist; [`OrgError::TooMany`](crate::OrgError::TooMany).
    async fn create(&self, work: &mut Work, creator: AccountId, name: &str) -> Result<Membership>;

    /// Renames an organization. Requires the role admin or owner. The slug stays unchanged.
    ///
    /// # Errors
    /// [`OrgError::Unknown`](crate::OrgError::Unknown); [`OrgError::RoleTooSmall`](crate::OrgError::RoleTooSmall).
    async fn rename(
        &self,
        work: &mut Work,
        by: AccountId,
        id: OrgId,
        name: &str,
    ) -> Result<Membership>;

    /// Deletes a group with its contents. Requires the role owner.
    ///
    /// # Errors
    /// [`OrgError::Unknown`](crate::OrgError::Unknown); [`OrgError::RoleTooSmall`](crate::OrgError::RoleTooSmall); [`OrgError::Personal`](crate::OrgError::Personal).
    async fn delete(&self, work: &mut Work, by: AccountId, id: OrgId) -> Result<()>;

    /// Returns an account's personal organization.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the account does not exist.
    async fn personal_of(&self, work: &mut Work, account: AccountId) -> Result<Organization>;

    /// Returns a page of an organization's members, ordered by account id.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn members(
        &self,
        work: &mut Work,
        id: OrgId,
        page: PageRequest,
    ) -> Result<Page<OrgMember>>;

    /// Adds an active account to a group. Requires the role admin or owner. Only owners may add owners.
    ///
    /// # Errors
    /// [`OrgError::Unknown`](crate::OrgError::Unknown); [`OrgError::RoleTooSmall`](crate::OrgError::RoleTooSmall); [`OrgError::Personal`](crate::OrgError::Personal); [`Error::NotFound`] if the account
    /// does not exist; [`OrgError::AlreadyMember`](crate::OrgError::AlreadyMember); [`OrgError::TooMany`](crate::OrgError::TooMany).
    async fn add(
        &self,
        work: &mut Work,
        by: AccountId,
        id: OrgId,
        member: MemberRef<'_>,
        role: OrgRole,
    ) -> Result<OrgMember>;

    /// Sets the role of the member whose account has this slug. Requires the role admin or owner. Only owners may grant
    /// or revoke the role owner.
    ///
    /// # Errors
    /// [`OrgError::Unknown`](crate::OrgError::Unknown); [`OrgError::RoleTooSmall`](crate::OrgError::RoleTooSmall); [`Error::NotFound`] if the member does not exist;
    /// [`OrgError::LastOwner`](crate::OrgError::LastOwner).
    async fn set_role(
        &self,
        work: &mut Work,
        by: AccountId,
        id: OrgId,
        member: &str,
        role: OrgRole,
    ) -> Result<OrgMember>;

    /// Removes the member whose account has this slug. Members may remove themselves, admins and owners other members,
    /// and only owners an owner.
    ///
    /// # Errors
    /// As [`Organizations::set_role`].
    async fn remove(&self, work: &mut Work, by: AccountId, id: OrgId, member: &str) -> Result<()>;
}

/// [`Organizations`] stored in the database.
pub struct StoredOrganizations {
    clock: Arc<dyn Clock>,
}

impl StoredOrganizations {
    /// Creates the service.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock }
    }
}

#[async_trait]
impl Organizations for StoredOrganizations {
    async fn create(&self, work: &mut Work, creator: AccountId, name: &str) -> Result<Membership> {
        let now = self.clock.now();
        let outcome = names::retry_derived(work, names::is_slug_lost, async |work| {
            groups::create(work, creator, name, now).await
        })
        .await;
        if let Ok(membership) = &outcome {
            let id = membership.organization.id;
            let what = "organization creation";
            audit::record_org_outcome(work, what, creator, id, &outcome, |_| None);
        }
        outcome
    }

    async fn rename(
        &self,
        work: &mut Work,
        by: AccountId,
        id: OrgId,
        name: &str,
    ) -> Result<Membership> {
        let now = self.clock.now();
        work.transaction(async |work| groups::rename(work, by, id, name, now).await).await
    }

    async fn delete(&self, work: &mut Work, by: AccountId, id: OrgId) -> Result<()> {
        let outcome = work.transaction(async |work| groups::delete(work, by, id).await).await;
        audit::record_org_outcome(work, "organization deletion", by, id, &outcome, |()| None);
        outcome
    }

    async fn personal_of(&self, work: &mut Work, account: AccountId) -> Result<Organization> {
        store::personal_of(work, account).await?.ok_or(Error::NotFound)
    }

    async fn members(
        &self,
        work: &mut Work,
        id: OrgId,
        page: PageRequest,
    ) -> Result<Page<OrgMember>> {
        Ok(store::members::list(work, id, page).await?)
    }

    async fn add(
        &self,
        work: &mut Work,
        by: AccountId,
        id: OrgId,
        member: MemberRef<'_>,
        role: OrgRole,
    ) -> Result<OrgMember> {
        let now = self.clock.now();
        let outcome = work
            .transaction(async |work| members::add(work, (by, id), member, role, now).await)
            .await;
        let member = |(account, _): &(AccountId, OrgMember)| Some((*account, role));
        audit::record_org_outcome(work, "membership grant", by, id, &outcome, member);
        Ok(outcome?.1)
    }

    async fn set_role(
        &self,
        work: &mut Work,
        by: AccountId,
        id: OrgId,
        member: &str,
        role: OrgRole,
    ) -> Result<OrgMember> {
        let outcome = work
            .transaction(async |work| members::set_role(work, (by, id), member, role).await)
            .await;
        let member = |(account, _): &(AccountId, OrgMember)| Some((*account, role));
        audit::record_org_outcome(work, "membership change", by, id, &outcome, member);
        Ok(outcome?.1)
    }

    async fn remove(&self, work: &mut Work, by: AccountId, id: OrgId, member: &str) -> Result<()> {
        let outcome =
            work.transaction(async |work| members::remove(work, (by, id), member).await).await;
        let member = |removed: &(AccountId, OrgRole)| Some(*removed);
        audit::record_org_outcome(work, "membership removal", by, id, &outcome, member);
        outcome.map(drop)
    }
}
