//! Look-up and consumption of a token.

use loggia_db::Work;
use loggia_kernel::{AccountId, Email, Timestamp};

use crate::{
    Account, Error, LinkError, Purpose, Result,
    secret::digest,
    store::{accounts, one_time as store},
};

/// A pending token that was looked up.
pub(super) struct PendingToken {
    pub(super) account: Account,
    pub(super) new_email: Option<Email>,
    pub(super) digest: String,
}

/// Looks a token up without consuming it. Deletes an expired one.
///
/// # Errors
/// [`Error::NotFound`] if the given owner does not exist; [`Error::InvalidLink`].
pub(super) async fn find(
    work: &mut Work,
    purpose: Purpose,
    token: &str,
    owner: Option<AccountId>,
    now: Timestamp,
) -> Result<PendingToken> {
    if let Some(owner) = owner {
        accounts::by_id(work, owner).await?.ok_or(Error::NotFound)?;
    }
    let digest = digest(token);
    let pending = store::find(work, purpose, &digest).await?;
    let (account, expires_at, new_email) = pending
        .filter(|(account, ..)| owner.is_none_or(|owner| owner == account.id))
        .ok_or(Error::InvalidLink(LinkError::Invalid))?;
    if expires_at < now {
        store::consume(work, purpose, &digest).await?;
        return Err(Error::InvalidLink(LinkError::Expired));
    }
    Ok(PendingToken { account, new_email, digest })
}

/// Consumes a token, and with it every token of its account, in the caller's transaction.
///
/// # Errors
/// [`Error::InvalidLink`] if a concurrent request consumed it.
pub(super) async fn redeem(
    work: &mut Work,
    purpose: Purpose,
    pending: &PendingToken,
) -> Result<()> {
    accounts::lock(work, pending.account.id).await?;
    if !store::consume(work, purpose, &pending.digest).await? {
        return Err(Error::InvalidLink(LinkError::Invalid));
    }
    store::delete_all(work, pending.account.id).await?;
    Ok(())
}
