//! Queries on `one_time_tokens`.

use diesel::{ExpressionMethods, QueryDsl, SelectableHelper};
use loggia_db::{self as db, OptionalExt, RunQueryDsl, Work, run};
use loggia_kernel::{AccountId, Email, Timestamp};

use crate::{
    Account, Purpose,
    schema::{accounts, one_time_tokens as tokens},
};

/// A pending token: account, expiry, and email address.
pub(crate) type PendingRow = (Account, Timestamp, Option<Email>);

/// Stores a token and replaces the account's pending token of the same purpose.
pub(crate) async fn replace(
    work: &mut Work,
    account: AccountId,
    purpose: Purpose,
    digest: &str,
    new_email: Option<&Email>,
    now: Timestamp,
    expires_at: Timestamp,
) -> db::Result<()> {
    let fresh = (
        tokens::digest.eq(digest),
        tokens::new_email.eq(new_email),
        tokens::expires_at.eq(expires_at),
        tokens::created_at.eq(now),
    );
    run!(work, |c| diesel::insert_into(tokens::table)
        .values((tokens::account_id.eq(account), tokens::purpose.eq(purpose.name()), fresh,))
        .on_conflict((tokens::account_id, tokens::purpose))
        .do_update()
        .set(fresh)
        .execute(c))
    .map(drop)
}

/// Looks a token up without consuming it.
pub(crate) async fn find(
    work: &mut Work,
    purpose: Purpose,
    digest: &str,
) -> db::Result<Option<PendingRow>> {
    run!(work, |c| tokens::table
        .inner_join(accounts::table)
        .filter(tokens::digest.eq(digest))
        .filter(tokens::purpose.eq(purpose.name()))
        .select((Account::as_select(), tokens::expires_at, tokens::new_email))
        .first(c))
    .optional()
}

/// Consumes a token. Returns true for exactly one of several concurrent callers.
pub(crate) async fn consume(work: &mut Work, purpose: Purpose, digest: &str) -> db::Result<bool> {
    run!(work, |c| diesel::delete(
        tokens::table.filter(tokens::digest.eq(digest)).filter(tokens::purpose.eq(purpose.name()))
    )
    .execute(c))
    .map(|rows| rows == 1)
}

/// Deletes all pending tokens of an account.
pub(crate) async fn delete_all(work: &mut Work, account: AccountId) -> db::Result<()> {
    run!(work, |c| diesel::delete(tokens::table.filter(tokens::account_id.eq(account))).execute(c))
        .map(drop)
}

/// Deletes an account's pending token of one purpose.
pub(crate) async fn delete_purpose(
    work: &mut Work,
    account: AccountId,
    purpose: Purpose,
) -> db::Result<()> {
    run!(work, |c| diesel::delete(
        tokens::table
            .filter(tokens::account_id.eq(account))
            .filter(tokens::purpose.eq(purpose.name()))
    )
    .execute(c))
    .map(drop)
}

/// Deletes at most `limit` tokens that expired before the given time. Returns their number.
pub(crate) async fn purge(work: &mut Work, before: Timestamp, limit: i64) -> db::Result<usize> {
    let ids: Vec<i64> = run!(work, |c| tokens::table
        .filter(tokens::expires_at.lt(before))
        .select(tokens::id)
        .limit(limit)
        .load(c))?;
    run!(work, |c| diesel::delete(tokens::table.filter(tokens::id.eq_any(&ids))).execute(c))
}
