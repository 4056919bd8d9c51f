//! The personal organization of an account: created, renamed and deleted with it.

use loggia_db::{self as db, Work};
use loggia_kernel::{AccountId, OrgId, Timestamp};

use crate::{
    Account, OrgKind, OrgRole,
    names::orgs as names,
    store::orgs::{self as store, NewRow},
};

/// Creates a new account's personal organization, with the account as its owner, in the transaction that creates the
/// account.
///
/// # Errors
/// [`db::Error::Unique`] with [`store::SLUG_KEY`] if a concurrent request took the slug. The caller retries the whole
/// registration.
pub(crate) async fn create(work: &mut Work, account: &Account) -> db::Result<()> {
    let row = NewRow {
        slug: names::free_slug(work, account.slug.clone(), None).await?,
        name: account.username.as_str(),
        kind: OrgKind::Personal,
        personal_of: Some(account.id),
        created_at: account.created_at,
        updated_at: account.created_at,
    };
    let organization = store::insert(work, &row).await?;
    let role = OrgRole::Owner;
    store::insert_member(work, organization.id, account.id, role, row.created_at).await
}

/// Locks an account's personal organization until the transaction ends, so that its slug can be changed.
///
/// # Errors
/// The database's error.
pub(crate) async fn lock(work: &mut Work, account: AccountId) -> db::Result<Option<OrgId>> {
    store::lock_personal_of(work, account).await
}

/// Renames an account's personal organization, which is locked, to the account's current name.
///
/// # Errors
/// As [`create`].
pub(crate) async fn rename(
    work: &mut Work,
    id: OrgId,
    account: &Account,
    now: Timestamp,
) -> db::Result<()> {
    let slug = names::free_slug(work, account.slug.clone(), Some(id)).await?;
    let name = account.username.as_str();
    store::rename(work, id, name, Some(&slug), now).await?;
    Ok(())
}
