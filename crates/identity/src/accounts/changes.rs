//! Changes of an account's values.

use loggia_db::Work;
use loggia_kernel::{AccountId, Change, Email, Slug, Timestamp, Username};

use crate::{
    Error, Result,
    model::account::{Account, AccountPatch, ChangedRow},
    names::accounts as names,
    orgs::personal,
    store::{accounts as store, one_time},
};

/// Changes the fields that the patch contains.
///
/// # Errors
/// As [`Accounts::update`](crate::Accounts::update).
pub(super) async fn update(
    work: &mut Work,
    id: AccountId,
    patch: &AccountPatch,
    now: Timestamp,
) -> Result<Account> {
    if patch.username.is_none()
        && patch.email == Change::Keep
        && let Some(account) = update_profile(work, id, patch, now).await?
    {
        return Ok(account);
    }
    names::retry_derived(work, names::is_slug_lost, async |work| apply(work, id, patch, now).await)
        .await
}

/// Changes fields without unique values in a single statement, because most changes are of this kind. Returns `None` if
/// a concurrent request changed the values of the searchable text.
async fn update_profile(
    work: &mut Work,
    id: AccountId,
    patch: &AccountPatch,
    now: Timestamp,
) -> Result<Option<Account>> {
    let mut row = changed_row(patch, now);
    if patch.first_name.is_none() && patch.last_name.is_none() {
        return store::update(work, id, &row).await.map(Some);
    }
    let before = store::by_id(work, id).await?.ok_or(Error::NotFound)?;
    row.search_folded = Some(search_text_after(&before, patch));
    let unchanged = search_text_after(&before, &AccountPatch::default());
    store::update_unless_renamed(work, (&before, &unchanged), &row).await
}

/// Changes an account in the caller's transaction.
pub(crate) async fn apply(
    work: &mut Work,
    id: AccountId,
    patch: &AccountPatch,
    now: Timestamp,
) -> Result<Account> {
    let Some(username) = patch.username.as_ref().filter(|_| patch.is_slug_renewed) else {
        let (before, _) = store::lock(work, id).await?.ok_or(Error::NotFound)?;
        return write(work, &before, patch, None, now).await;
    };
    // References to the slug change with it, mostly in the personal organization. The lock order is the same
    // everywhere: account, organization, contents of the organization.
    let before = store::lock_for_removal(work, id).await?;
    let before = before.ok_or(Error::NotFound)?;
    let organization = personal::lock(work, id).await?;
    let slug = names::free_slug(work, username, Some(id)).await?;
    let account = write(work, &before, patch, Some(&slug), now).await?;
    if let Some(organization) = organization {
        personal::rename(work, organization, &account, now).await?;
    }
    Ok(account)
}

/// Writes the changes of a locked account. A new email address deletes its one-time tokens.
async fn write(
    work: &mut Work,
    before: &Account,
    patch: &AccountPatch,
    slug: Option<&Slug>,
    now: Timestamp,
) -> Result<Account> {
    let row = ChangedRow {
        slug,
        search_folded: Some(search_text_after(before, patch)),
        ..changed_row(patch, now)
    };
    let account = store::update(work, before.id, &row).await?;
    if account.email != before.email {
        one_time::delete_all(work, account.id).await?;
    }
    Ok(account)
}

/// Returns the searchable text of the account after the change.
fn search_text_after(before: &Account, patch: &AccountPatch) -> String {
    names::search_text(
        patch.username.as_ref().unwrap_or(&before.username),
        match &patch.email {
            Change::Keep => before.email.as_ref(),
            Change::Clear => None,
            Change::Set(email) => Some(email),
        },
        patch.first_name.as_ref().unwrap_or(&before.first_name),
        patch.last_name.as_ref().unwrap_or(&before.last_name),
    )
}

/// Returns the changed columns, except those that also depend on other accounts or on unchanged values.
fn changed_row(patch: &AccountPatch, now: Timestamp) -> ChangedRow<'_> {
    let email = match &patch.email {
        Change::Keep => None,
        Change::Clear => Some(None),
        Change::Set(email) => Some(Some(email)),
    };
    ChangedRow {
        username: patch.username.as_ref(),
        username_folded: patch.username.as_ref().map(Username::folded),
        slug: None,
        email,
        email_folded: email.map(|email| email.map(Email::folded)),
        first_name: patch.first_name.as_deref(),
        last_name: patch.last_name.as_deref(),
        phone_number: patch.phone_number.as_deref(),
        search_folded: None,
        company_name: patch.company_name.as_deref(),
        about: patch.about.as_deref(),
        location: patch.location.as_deref(),
        updated_at: now,
    }
}
