//! The organisation that every account has for itself: made with it, renamed with it, gone with it.

use loggia_db::{self as db, Tx};
use loggia_kernel::{AccountId, Timestamp};

use super::{
    model::{OrgKind, OrgRole},
    names,
    store::{self, NewRow},
};
use crate::Account;

/// Makes a new account's own organisation, of which it is the owner, in the transaction that makes the account.
///
/// # Errors
/// [`db::Error::Unique`] with [`store::SLUG_KEY`] if somebody else was given the slug meanwhile: the whole registration is
/// tried again then.
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

/// Locks an account's own organisation until the transaction ends, so that its slug can be changed.
///
/// # Errors
/// As the database says.
pub(crate) async fn lock(tx: &mut Tx, account: AccountId) -> db::Result<()> {
    store::lock_personal_of(tx, account).await
}

/// Calls an account's own organisation as the account is called now.
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
