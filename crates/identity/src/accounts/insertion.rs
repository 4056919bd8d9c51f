//! Insertion of a new account: derives its names and writes its rows.

use loggia_db::Work;
use loggia_kernel::{Email, PublicId, Timestamp, Username};

use crate::{
    Error, Field, Result,
    model::account::{Account, NewAccount, NewRow, NewUsername},
    names::accounts as names,
    orgs::personal,
    store::accounts as store,
};

/// Inserts a new account with a personal organization. Retries until its derived names are free.
///
/// # Errors
/// [`Error::Taken`] for a given user name, or an email address, of another account.
pub(super) async fn insert_with_retry(
    work: &mut Work,
    new: &NewAccount,
    password_hash: Option<&str>,
    now: Timestamp,
) -> Result<Account> {
    let is_derived = !matches!(new.username, NewUsername::Given(_));
    let is_lost = |error: &Error| match error {
        Error::Taken { field: Field::Username } => is_derived,
        error => names::is_slug_lost(error),
    };
    names::retry_derived(work, is_lost, async |work| insert(work, new, password_hash, now).await)
        .await
}

/// Inserts a new account with a personal organization, under names that are free in this transaction.
async fn insert(
    work: &mut Work,
    new: &NewAccount,
    password_hash: Option<&str>,
    now: Timestamp,
) -> Result<Account> {
    let username = match &new.username {
        NewUsername::Given(username) => username.clone(),
        NewUsername::FromLocalPart => free_username(work, new.email.as_ref()).await?,
        NewUsername::FromEmail => match whole_email_as_username(work, new.email.as_ref()).await? {
            Some(username) => username,
            None => free_username(work, new.email.as_ref()).await?,
        },
    };
    let slug = names::free_slug(work, &username, None).await?;
    let row = NewRow {
        public_id: PublicId::generate(now),
        slug: &slug,
        username: &username,
        username_folded: username.folded(),
        email: new.email.as_ref(),
        email_folded: new.email.as_ref().map(Email::folded),
        password_hash,
        first_name: &new.first_name,
        last_name: &new.last_name,
        phone_number: &new.phone_number,
        search_folded: names::search_text(
            &username,
            new.email.as_ref(),
            &new.first_name,
            &new.last_name,
        ),
        company_name: &new.company_name,
        role: &new.role,
        is_active: new.is_active,
        is_staff: new.is_superuser,
        is_superuser: new.is_superuser,
        created_at: now,
        updated_at: now,
    };
    let account = store::insert(work, &row).await?;
    personal::create(work, &account).await?;
    Ok(account)
}

async fn free_username(work: &mut Work, email: Option<&Email>) -> Result<Username> {
    let base = match email {
        Some(email) => Username::from_local_part(email),
        None => return Err(Error::NotFound),
    };
    Ok(names::free_username(work, base).await?)
}

async fn whole_email_as_username(
    work: &mut Work,
    email: Option<&Email>,
) -> Result<Option<Username>> {
    let Some(Ok(username)) = email.map(|email| Username::parse(email.as_str())) else {
        return Ok(None);
    };
    let is_taken = store::is_username_taken(work, &username, None).await?;
    Ok((!is_taken).then_some(username))
}
