//! The personal organization of an account: created, renamed and deleted with it.

use loggia_db::{self as db, Tx};
use loggia_kernel::{AccountId, Timestamp};

use super::{
    model::{OrgKind, OrgRole},
    names,
    store::{self, NewRow},
};
use crate::Account;

/// Creates a new account's personal organization, with the account as its owner, in the transaction that creates the
/// account.
///
/// # Errors
/// [`db::Error::Unique`] with [`store::SLUG_KEY`] if a concurrent request took the slug. The caller retries the whole
/// registration.
pub(crate) async fn create(tx: &mut Tx, account: &Account) -> db::Result<()> {
    let row = NewRow {
        slug: names::free_slug(tx, account.slug.clone(), None).await?,
        name: account.username.as_str(),
        kind: OrgKind::Personal,
        personal_of: Some(account.id),
        created_at: account.created_at,
        updated_at: account.created_at,
    };
    let organization = store::insert(tx, &row).await?;
    let role = OrgRole::Owner;
    store::insert_member(tx, organization.id, account.id, role, row.created_at).await
}

/// Locks an account's personal organization until the transaction ends, so that its slug can be changed.
///
/// # Errors
/// The database's error.
pub(crate) async fn lock(tx: &mut Tx, account: AccountId) -> db::Result<()> {
    store::lock_personal_of(tx, account).await
}

/// Renames an account's personal organization to the account's current name.
///
/// # Errors
/// As [`create`].
pub(crate) async fn rename(tx: &mut Tx, account: &Account, now: Timestamp) -> db::Result<()> {
    let Some(own) = store::personal_of(tx, account.id).await? else {
        return Ok(());
    };
    let slug = names::free_slug(tx, account.slug.clone(), Some(own.id)).await?;
    let name = account.username.as_str();
    store::rename(tx, own.id, name, Some(&slug), now).await?;
    Ok(())
}
