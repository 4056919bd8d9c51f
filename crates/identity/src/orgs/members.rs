//! Operations on memberships in the caller's transaction, permitted by the caller's role at that time.

use loggia_db::{Error as DbError, Work};
use loggia_kernel::{AccountId, OrgId, Timestamp};

use crate::{
    Error, MemberRef, Membership, OrgError, OrgKind, OrgMember, OrgRole, Result,
    store::orgs::{self as store, members},
};

/// The maximum number of organizations of an account. Limited because all of them are read for every request in an
/// organization. Concurrent additions may exceed it.
const MAX_MEMBERSHIPS: i64 = 200;

pub(super) async fn add(
    work: &mut Work,
    (by, id): (AccountId, OrgId),
    member: MemberRef<'_>,
    role: OrgRole,
    now: Timestamp,
) -> Result<(AccountId, OrgMember)> {
    let account = members::lock(work, member).await?;
    let caller = lock_as_member(work, by, id).await?;
    // Only owners may add owners.
    require_role(role.max(OrgRole::Admin), caller.role)?;
    if caller.organization.kind == OrgKind::Personal {
        return Err(Error::Organization(OrgError::Personal));
    }
    let account = account.ok_or(Error::NotFound)?;
    if members::role_of(work, id, account).await?.is_some() {
        return Err(Error::Organization(OrgError::AlreadyMember));
    }
    check_membership_limit(work, account).await?;
    insert_member(work, id, account, role, now).await?;
    Ok((account, members::by_account(work, id, account).await?))
}

pub(super) async fn set_role(
    work: &mut Work,
    (by, id): (AccountId, OrgId),
    member: &str,
    role: OrgRole,
) -> Result<(AccountId, OrgMember)> {
    let account = members::lock_by_slug(work, member).await?;
    let caller = lock_as_member(work, by, id).await?;
    require_role(OrgRole::Admin, caller.role)?;
    let (account, before) = require_member(work, id, account).await?;
    // Only owners may grant or revoke the role owner.
    require_role(role.max(before).max(OrgRole::Admin), caller.role)?;
    if before == OrgRole::Owner && role != OrgRole::Owner {
        require_other_owner(work, id, account).await?;
    }
    members::set_role(work, id, account, role).await?;
    Ok((account, members::by_account(work, id, account).await?))
}

pub(super) async fn remove(
    work: &mut Work,
    (by, id): (AccountId, OrgId),
    member: &str,
) -> Result<(AccountId, OrgRole)> {
    let account = members::lock_by_slug(work, member).await?;
    let caller = lock_as_member(work, by, id).await?;
    let is_leaving = account == Some(by);
    if !is_leaving {
        require_role(OrgRole::Admin, caller.role)?;
    }
    let (account, role) = require_member(work, id, account).await?;
    if role == OrgRole::Owner {
        require_role(OrgRole::Owner, caller.role)?;
        require_other_owner(work, id, account).await?;
    }
    members::delete(work, id, account).await?;
    Ok((account, role))
}

/// Locks the organization, and returns it with the caller's role, which is read after the lock is acquired.
pub(super) async fn lock_as_member(
    work: &mut Work,
    by: AccountId,
    id: OrgId,
) -> Result<Membership> {
    let unknown = || Error::Organization(OrgError::Unknown);
    let organization = store::lock(work, id).await?.ok_or_else(unknown)?;
    let role = members::role_of(work, id, by).await?.ok_or_else(unknown)?;
    Ok(Membership { organization, role })
}

pub(super) fn require_role(required: OrgRole, role: OrgRole) -> Result<()> {
    if role < required {
        return Err(Error::Organization(OrgError::RoleTooSmall));
    }
    Ok(())
}

pub(super) async fn check_membership_limit(work: &mut Work, account: AccountId) -> Result<()> {
    if members::count_of(work, account).await? >= MAX_MEMBERSHIPS {
        return Err(Error::Organization(OrgError::TooMany));
    }
    Ok(())
}

pub(super) async fn insert_member(
    work: &mut Work,
    id: OrgId,
    account: AccountId,
    role: OrgRole,
    now: Timestamp,
) -> Result<()> {
    match store::insert_member(work, id, account, role, now).await {
        // The organization is locked or new, so the account does not exist.
        Err(DbError::ForeignKey(_)) => Err(Error::NotFound),
        outcome => Ok(outcome?),
    }
}

/// Returns the account, which must be a member of the organization, and its role.
async fn require_member(
    work: &mut Work,
    id: OrgId,
    account: Option<AccountId>,
) -> Result<(AccountId, OrgRole)> {
    let account = account.ok_or(Error::NotFound)?;
    let role = members::role_of(work, id, account).await?;
    Ok((account, role.ok_or(Error::NotFound)?))
}

/// Returns an error if the organization has no other owner with an active account.
async fn require_other_owner(work: &mut Work, id: OrgId, leaving: AccountId) -> Result<()> {
    if members::has_other_owner(work, id, leaving).await? {
        return Ok(());
    }
    Err(Error::Organization(OrgError::LastOwner))
}
