//! Changes to organizations before an account is deleted or deactivated.

use diesel::{ExpressionMethods, JoinOnDsl, QueryDsl, dsl::exists};
use loggia_db::{self as db, RunQueryDsl, Work, run};
use loggia_kernel::{AccountId, OrgId};

use crate::{
    Error, OrgKind, OrgRole, Result,
    schema::{accounts, memberships, organizations},
    store::{accounts::lock_for_removal, orgs as store},
};

diesel::alias!(const OTHERS: Alias<Others> = memberships as others);

/// The kind of an account's removal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Removal {
    /// The account remains but cannot log in.
    Deactivation,
    /// The account is deleted.
    Deletion,
}

/// Organizations that an error names. Limits the size of the response.
const MAX_NAMED: i64 = 10;

/// Prepares the removal of an account from its groups. Returns an error if a group with other members would have no
/// active owner. A deletion also deletes the groups of which the account is the only member. The foreign key deletes
/// its personal organization.
///
/// Locks the account first and then its groups in the order of their ids. Every change of a group's members uses this
/// order, which serializes concurrent removals.
///
/// # Errors
/// [`Error::NotFound`] if the account does not exist; [`Error::SoleOwner`].
pub(crate) async fn leave_groups(work: &mut Work, account: AccountId, how: Removal) -> Result<()> {
    lock_for_removal(work, account).await?.ok_or(Error::NotFound)?;
    store::lock_groups_of(work, account).await?;
    let organizations = orphaned_groups(work, account).await?;
    if !organizations.is_empty() {
        return Err(Error::SoleOwner { organizations });
    }
    if how == Removal::Deletion {
        delete_sole_member_groups(work, account).await?;
    }
    Ok(())
}

/// Returns the names of the groups with other members of which the account is the only active owner.
async fn orphaned_groups(work: &mut Work, account: AccountId) -> db::Result<Vec<String>> {
    let of_the_same = OTHERS.field(memberships::organization_id).eq(organizations::id);
    let another = OTHERS.field(memberships::account_id).ne(account);
    let member =
        OTHERS.filter(of_the_same).filter(another).select(OTHERS.field(memberships::account_id));
    let owner = OTHERS
        .inner_join(accounts::table.on(OTHERS.field(memberships::account_id).eq(accounts::id)))
        .filter(of_the_same)
        .filter(another)
        .filter(OTHERS.field(memberships::role).eq(OrgRole::Owner))
        .filter(accounts::is_active.eq(true))
        .select(accounts::id);
    run!(work, |c| memberships::table
        .inner_join(organizations::table)
        .filter(memberships::account_id.eq(account))
        .filter(memberships::role.eq(OrgRole::Owner))
        .filter(organizations::kind.eq(OrgKind::Group))
        .filter(exists(member))
        .filter(diesel::dsl::not(exists(owner)))
        .order(organizations::id)
        .limit(MAX_NAMED)
        .select(organizations::name)
        .load(c))
}

/// Deletes the groups of which the account is the only member, with their contents.
async fn delete_sole_member_groups(work: &mut Work, account: AccountId) -> db::Result<()> {
    let another = OTHERS
        .filter(OTHERS.field(memberships::organization_id).eq(memberships::organization_id))
        .filter(OTHERS.field(memberships::account_id).ne(account))
        .select(OTHERS.field(memberships::account_id));
    let alone: Vec<OrgId> = run!(work, |c| memberships::table
        .inner_join(organizations::table)
        .filter(memberships::account_id.eq(account))
        .filter(organizations::kind.eq(OrgKind::Group))
        .filter(diesel::dsl::not(exists(another)))
        .order(organizations::id)
        .select(organizations::id)
        .load(c))?;
    for id in alone {
        store::delete(work, id).await?;
    }
    Ok(())
}
