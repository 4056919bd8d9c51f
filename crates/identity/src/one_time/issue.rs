//! Creation of a token in the caller's transaction.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use loggia_db::Work;
use loggia_kernel::{AccountId, Email, Timestamp};
use rand::RngExt;

use crate::{
    Account, EmailKind, Error, IssuedToken, Purpose, Result,
    secret::digest,
    store::{accounts, one_time as store},
};

/// Creates the token of an email. Returns `None` if no email may be sent.
pub(super) async fn issue(
    work: &mut Work,
    kind: &EmailKind,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<Option<IssuedToken>> {
    let (purpose, account) = match kind {
        EmailKind::PasswordReset(email) => {
            (Purpose::PasswordReset, find_resettable(work, email).await?)
        }
        EmailKind::UsernameReset(email) => {
            (Purpose::UsernameReset, find_resettable(work, email).await?)
        }
        EmailKind::EmailChange { account, new_email } => {
            let account = accounts::lock(work, *account).await?;
            let account = account.map(|(account, _)| (account, new_email.clone()));
            let active = account.filter(|(account, _)| account.is_active);
            (Purpose::EmailChange, active)
        }
    };
    let Some((account, to)) = account else {
        return Ok(None);
    };
    let token = create(work, (purpose, account, to), now, expires_at).await?;
    Ok(Some(token))
}

/// Creates a token that activates an account.
///
/// # Errors
/// [`Error::NotFound`] if the account does not exist or has no email address.
pub(super) async fn issue_activation(
    work: &mut Work,
    account: AccountId,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<IssuedToken> {
    let account = accounts::lock(work, account).await?;
    let (account, _) = account.ok_or(Error::NotFound)?;
    let to = account.email.clone().ok_or(Error::NotFound)?;
    create(work, (Purpose::Activation, account, to), now, expires_at).await
}

/// Locks the account whose password or user name may be reset, and returns it with its stored email address. The account
/// must be active and have a usable password: Django marks removed passwords with `!`. Source: Django 5.2.19,
/// `contrib/auth/hashers.py`, `is_password_usable`.
async fn find_resettable(work: &mut Work, email: &Email) -> Result<Option<(Account, Email)>> {
    Ok(match accounts::lock_by_email(work, &email.folded()).await? {
        Some((account, Some(hash))) if account.is_active && !hash.starts_with('!') => {
            account.email.clone().map(|email| (account, email))
        }
        _ => None,
    })
}

/// Stores a token for an account. The caller has locked the account, so the conditions for the token still hold.
async fn create(
    work: &mut Work,
    (purpose, account, to): (Purpose, Account, Email),
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<IssuedToken> {
    let token = URL_SAFE_NO_PAD.encode(rand::rng().random::<[u8; 32]>());
    let new_email = (purpose == Purpose::EmailChange).then_some(&to);
    let digest = digest(&token);
    store::replace(work, account.id, purpose, &digest, new_email, now, expires_at).await?;
    Ok(IssuedToken { account, to, token, expires_at })
}
