//! Organizations and their members.

use std::sync::Arc;

use async_trait::async_trait;
use loggia_db::{Db, Error as DbError, Tx};
use loggia_kernel::{AccountId, Clock, OrgId, Page, PageRequest, Slug, Timestamp};

use super::{
    members,
    model::{MemberRef, Membership, OrgKind, OrgMember, OrgRole, Organization},
    names,
    store::{self, NewRow, SLUG_KEY},
};
use crate::{Error, OrgError, Result, accounts::service::finish, audit};

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
    /// [`Error::NotFound`] if the creator's account does not exist; [`OrgError::TooMany`].
    async fn create(&self, creator: AccountId, name: &str) -> Result<Membership>;

    /// Renames an organization. Requires the role admin or owner. The slug stays unchanged.
    ///
    /// # Errors
    /// [`OrgError::Unknown`]; [`OrgError::RoleTooSmall`].
    async fn rename(&self, by: AccountId, id: OrgId, name: &str) -> Result<Membership>;

    /// Deletes a group with its contents. Requires the role owner.
    ///
    /// # Errors
    /// [`OrgError::Unknown`]; [`OrgError::RoleTooSmall`]; [`OrgError::Personal`].
    async fn delete(&self, by: AccountId, id: OrgId) -> Result<()>;

    /// Returns an account's personal organization.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the account does not exist.
    async fn personal_of(&self, account: AccountId) -> Result<Organization>;

    /// Returns a page of an organization's members, ordered by account id.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn members(&self, id: OrgId, page: PageRequest) -> Result<Page<OrgMember>>;

    /// Adds an active account to a group. Requires the role admin or owner. Only owners may add owners.
    ///
    /// # Errors
    /// [`OrgError::Unknown`]; [`OrgError::RoleTooSmall`]; [`OrgError::Personal`]; [`Error::NotFound`] if the account
    /// does not exist; [`OrgError::AlreadyMember`]; [`OrgError::TooMany`].
    async fn add(
        &self,
        by: AccountId,
        id: OrgId,
        member: MemberRef<'_>,
        role: OrgRole,
    ) -> Result<OrgMember>;

    /// Sets the role of the member whose account has this slug. Requires the role admin or owner. Only owners may grant
    /// or revoke the role owner.
    ///
    /// # Errors
    /// [`OrgError::Unknown`]; [`OrgError::RoleTooSmall`]; [`Error::NotFound`] if the member does not exist;
    /// [`OrgError::LastOwner`].
    async fn set_role(
        &self,
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
    async fn remove(&self, by: AccountId, id: OrgId, member: &str) -> Result<()>;
}

/// The maximum number of organizations of an account. Limited because all of them are read for every request in an
/// organization. Concurrent additions may exceed it.
const MAX_MEMBERSHIPS: i64 = 200;

/// Attempts to find a free derived slug: as for accounts.
const MAX_TRIES: u32 = 64;

/// [`Organizations`] stored in the database.
pub struct StoredOrganizations {
    db: Db,
    clock: Arc<dyn Clock>,
}

impl StoredOrganizations {
    /// Creates the service on this database.
    pub fn new(db: Db, clock: Arc<dyn Clock>) -> Self {
        Self { db, clock }
    }

    /// Performs one attempt: chooses the slug and writes the rows in one transaction.
    async fn try_create(&self, creator: AccountId, name: &str) -> Result<Membership> {
        let mut tx = self.db.begin().await?;
        let outcome = create(&mut tx, creator, name, self.clock.now()).await;
        finish(tx, outcome).await
    }
}

#[async_trait]
impl Organizations for StoredOrganizations {
    async fn create(&self, creator: AccountId, name: &str) -> Result<Membership> {
        let mut outcome = self.try_create(creator, name).await;
        for _ in 1..MAX_TRIES {
            match &outcome {
                // A concurrent request took the derived slug. Try the next one.
                Err(Error::Store(DbError::Unique(key))) if key == SLUG_KEY => {
                    outcome = self.try_create(creator, name).await;
                }
                _ => break,
            }
        }
        if let Ok(membership) = &outcome {
            let id = membership.organization.id;
            audit::record_org_outcome("organisation creation", creator, id, &outcome, |_| None);
        }
        outcome
    }

    async fn rename(&self, by: AccountId, id: OrgId, name: &str) -> Result<Membership> {
        let mut tx = self.db.begin().await?;
        let outcome = rename(&mut tx, by, id, name, self.clock.now()).await;
        finish(tx, outcome).await
    }

    async fn delete(&self, by: AccountId, id: OrgId) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let outcome = delete(&mut tx, by, id).await;
        let outcome = finish(tx, outcome).await;
        audit::record_org_outcome("organisation deletion", by, id, &outcome, |()| None);
        outcome
    }

    async fn personal_of(&self, account: AccountId) -> Result<Organization> {
        let mut conn = self.db.read().await?;
        store::personal_of(&mut conn, account)
            .await?
            .ok_or(Error::NotFound)
    }

    async fn members(&self, id: OrgId, page: PageRequest) -> Result<Page<OrgMember>> {
        let mut conn = self.db.read().await?;
        Ok(members::list(&mut conn, id, page).await?)
    }

    async fn add(
        &self,
        by: AccountId,
        id: OrgId,
        member: MemberRef<'_>,
        role: OrgRole,
    ) -> Result<OrgMember> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let outcome = add(&mut tx, by, id, member, role, now).await;
        let outcome = finish(tx, outcome).await;
        let member = |(account, _): &(AccountId, OrgMember)| Some((*account, role));
        audit::record_org_outcome("membership grant", by, id, &outcome, member);
        Ok(outcome?.1)
    }

    async fn set_role(
        &self,
        by: AccountId,
        id: OrgId,
        member: &str,
        role: OrgRole,
    ) -> Result<OrgMember> {
        let mut tx = self.db.begin().await?;
        let outcome = set_role(&mut tx, by, id, member, role).await;
        let outcome = finish(tx, outcome).await;
        let member = |(account, _): &(AccountId, OrgMember)| Some((*account, role));
        audit::record_org_outcome("membership change", by, id, &outcome, member);
        Ok(outcome?.1)
    }

    async fn remove(&self, by: AccountId, id: OrgId, member: &str) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let outcome = remove(&mut tx, by, id, member).await;
        let outcome = finish(tx, outcome).await;
        let member = |removed: &(AccountId, OrgRole)| Some(*removed);
        audit::record_org_outcome("membership removal", by, id, &outcome, member);
        outcome.map(drop)
    }
}

async fn create(tx: &mut Tx, creator: AccountId, name: &str, now: Timestamp) -> Result<Membership> {
    check_membership_limit(tx, creator).await?;
    let base = Slug::of(name, "organization");
    let row = NewRow {
        slug: names::free_slug(tx, base, None).await?,
        name,
        kind: OrgKind::Group,
        personal_of: None,
        created_at: now,
        updated_at: now,
    };
    let organization = store::insert(tx, &row).await?;
    let role = OrgRole::Owner;
    insert_member(tx, organization.id, creator, role, now).await?;
    Ok(Membership { organization, role })
}

async fn rename(
    tx: &mut Tx,
    by: AccountId,
    id: OrgId,
    name: &str,
    now: Timestamp,
) -> Result<Membership> {
    let Membership { role, .. } = lock_as_member(tx, by, id).await?;
    require_role(OrgRole::Admin, role)?;
    let organization = store::rename(tx, id, name, None, now).await?;
    Ok(Membership { organization, role })
}

async fn delete(tx: &mut Tx, by: AccountId, id: OrgId) -> Result<()> {
    let Membership { organization, role } = lock_as_member(tx, by, id).await?;
    require_role(OrgRole::Owner, role)?;
    if organization.kind == OrgKind::Personal {
        return Err(Error::Organization(OrgError::Personal));
    }
    Ok(store::delete(tx, id).await?)
}

async fn add(
    tx: &mut Tx,
    by: AccountId,
    id: OrgId,
    member: MemberRef<'_>,
    role: OrgRole,
    now: Timestamp,
) -> Result<(AccountId, OrgMember)> {
    let account = members::lock(tx, member).await?;
    let caller = lock_as_member(tx, by, id).await?;
    // Only owners may add owners.
    require_role(role.max(OrgRole::Admin), caller.role)?;
    if caller.organization.kind == OrgKind::Personal {
        return Err(Error::Organization(OrgError::Personal));
    }
    let account = account.ok_or(Error::NotFound)?;
    if members::role_of(tx, id, account).await?.is_some() {
        return Err(Error::Organization(OrgError::AlreadyMember));
    }
    check_membership_limit(tx, account).await?;
    insert_member(tx, id, account, role, now).await?;
    Ok((account, members::by_account(tx, id, account).await?))
}

async fn set_role(
    tx: &mut Tx,
    by: AccountId,
    id: OrgId,
    member: &str,
    role: OrgRole,
) -> Result<(AccountId, OrgMember)> {
    let account = members::lock_by_slug(tx, member).await?;
    let caller = lock_as_member(tx, by, id).await?;
    require_role(OrgRole::Admin, caller.role)?;
    let (account, before) = require_member(tx, id, account).await?;
    // Only owners may grant or revoke the role owner.
    require_role(role.max(before).max(OrgRole::Admin), caller.role)?;
    if before == OrgRole::Owner && role != OrgRole::Owner {
        require_other_owner(tx, id, account).await?;
    }
    members::set_role(tx, id, account, role).await?;
    Ok((account, members::by_account(tx, id, account).await?))
}

async fn remove(
    tx: &mut Tx,
    by: AccountId,
    id: OrgId,
    member: &str,
) -> Result<(AccountId, OrgRole)> {
    let account = members::lock_by_slug(tx, member).await?;
    let caller = lock_as_member(tx, by, id).await?;
    let is_leaving = account == Some(by);
    if !is_leaving {
        require_role(OrgRole::Admin, caller.role)?;
    }
    let (account, role) = require_member(tx, id, account).await?;
    if role == OrgRole::Owner {
        require_role(OrgRole::Owner, caller.role)?;
        require_other_owner(tx, id, account).await?;
    }
    members::delete(tx, id, account).await?;
    Ok((account, role))
}

/// Locks the organization, and returns it with the caller's role, which is read after the lock is acquired.
async fn lock_as_member(tx: &mut Tx, by: AccountId, id: OrgId) -> Result<Membership> {
    let unknown = || Error::Organization(OrgError::Unknown);
    let organization = store::lock(tx, id).await?.ok_or_else(unknown)?;
    let role = members::role_of(tx, id, by).await?.ok_or_else(unknown)?;
    Ok(Membership { organization, role })
}

fn require_role(required: OrgRole, role: OrgRole) -> Result<()> {
    if role < required {
        return Err(Error::Organization(OrgError::RoleTooSmall));
    }
    Ok(())
}

/// Returns the account, which must be a member of the organization, and its role.
async fn require_member(
    tx: &mut Tx,
    id: OrgId,
    account: Option<AccountId>,
) -> Result<(AccountId, OrgRole)> {
    let account = account.ok_or(Error::NotFound)?;
    let role = members::role_of(tx, id, account).await?;
    Ok((account, role.ok_or(Error::NotFound)?))
}

/// Returns an error if the organization has no other owner with an active account.
async fn require_other_owner(tx: &mut Tx, id: OrgId, leaving: AccountId) -> Result<()> {
    if members::has_other_owner(tx, id, leaving).await? {
        return Ok(());
    }
    Err(Error::Organization(OrgError::LastOwner))
}

async fn check_membership_limit(tx: &mut Tx, account: AccountId) -> Result<()> {
    if members::count_of(tx, account).await? >= MAX_MEMBERSHIPS {
        return Err(Error::Organization(OrgError::TooMany));
    }
    Ok(())
}

async fn insert_member(
    tx: &mut Tx,
    id: OrgId,
    account: AccountId,
    role: OrgRole,
    now: Timestamp,
) -> Result<()> {
    match store::insert_member(tx, id, account, role, now).await {
        // The organization is locked or new, so the account does not exist.
        Err(DbError::ForeignKey(_)) => Err(Error::NotFound),
        outcome => Ok(outcome?),
    }
}
