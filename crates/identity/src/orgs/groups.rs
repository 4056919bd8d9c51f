//! Operations on organizations in the caller's transaction, permitted by the caller's role at that time.

use loggia_db::Work;
use loggia_kernel::{AccountId, OrgId, Slug, Timestamp};

use super::members::{check_membership_limit, insert_member, lock_as_member, require_role};
use crate::{
    Error, Membership, OrgError, OrgKind, OrgRole, Result,
    names::orgs as names,
    store::orgs::{self as store, NewRow},
};

/// Creates a group under a slug that is free in this transaction.
pub(super) async fn create(
    work: &mut Work,
    creator: AccountId,
    name: &str,
    now: Timestamp,
) -> Result<Membership> {
    check_membership_limit(work, creator).await?;
    let base = Slug::of(name, "organization");
    let row = NewRow {
        slug: names::free_slug(work, base, None).await?,
        name,
        kind: OrgKind::Group,
        personal_of: None,
        created_at: now,
        updated_at: now,
    };
    let organization = store::insert(work, &row).await?;
    let role = OrgRole::Owner;
    insert_member(work, organization.id, creator, role, now).await?;
    Ok(Membership { organization, role })
}

pub(super) async fn rename(
    work: &mut Work,
    by: AccountId,
    id: OrgId,
    name: &str,
    now: Timestamp,
) -> Result<Membership> {
    let Membership { role, .. } = lock_as_member(work, by, id).await?;
    require_role(OrgRole::Admin, role)?;
    let organization = store::rename(work, id, name, None, now).await?;
    Ok(Membership { organization, role })
}

pub(super) async fn delete(work: &mut Work, by: AccountId, id: OrgId) -> Result<()> {
    let Membership { organization, role } = lock_as_member(work, by, id).await?;
    require_role(OrgRole::Owner, role)?;
    if organization.kind == OrgKind::Personal {
        return Err(Error::Organization(OrgError::Personal));
    }
    Ok(store::delete(work, id).await?)
}
