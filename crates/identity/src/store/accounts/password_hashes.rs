//! Queries on the password hashes of accounts.

use diesel::{ExpressionMethods, QueryDsl, SelectableHelper};
use loggia_db::{self as db, OptionalExt, RunQueryDsl, Work, run};
use loggia_kernel::{AccountId, Timestamp};

use crate::{Account, schema::accounts};

/// An account and its password hash, for a login.
pub(crate) type AccountWithHash = (Account, Option<String>);

pub(crate) async fn with_hash_by_email(
    work: &mut Work,
    folded: &str,
) -> db::Result<Option<AccountWithHash>> {
    run!(work, |c| accounts::table
        .filter(accounts::email_folded.eq(folded))
        .select((Account::as_select(), accounts::password_hash))
        .first(c))
    .optional()
}

pub(crate) async fn with_hash_by_username(
    work: &mut Work,
    username: &str,
) -> db::Result<Option<AccountWithHash>> {
    run!(work, |c| accounts::table
        .filter(accounts::username.eq(username))
        .select((Account::as_select(), accounts::password_hash))
        .first(c))
    .optional()
}

pub(crate) async fn password_hash(
    work: &mut Work,
    id: AccountId,
) -> db::Result<Option<Option<String>>> {
    run!(work, |c| accounts::table.find(id).select(accounts::password_hash).first(c)).optional()
}

/// Sets or removes the password's hash. Returns false if the account does not exist.
pub(crate) async fn set_password_hash(
    work: &mut Work,
    id: AccountId,
    hash: Option<&str>,
    now: Timestamp,
) -> db::Result<bool> {
    run!(work, |c| diesel::update(accounts::table.find(id))
        .set((accounts::password_hash.eq(hash), accounts::updated_at.eq(now)))
        .execute(c))
    .map(|rows| rows == 1)
}

/// Replaces the verified password hash by a new one (compare-and-set). Returns false if the stored hash has changed.
pub(crate) async fn replace_password_hash(
    work: &mut Work,
    id: AccountId,
    verified_hash: &str,
    hash: &str,
    now: Timestamp,
) -> db::Result<bool> {
    run!(work, |c| diesel::update(
        accounts::table.find(id).filter(accounts::password_hash.eq(verified_hash))
    )
    .set((accounts::password_hash.eq(hash), accounts::updated_at.eq(now)))
    .execute(c))
    .map(|rows| rows == 1)
}

/// Replaces a hash by a stronger one of the same password (compare-and-set). Returns false if the stored hash has
/// changed.
pub(crate) async fn rehash(
    work: &mut Work,
    id: AccountId,
    old: &str,
    new: &str,
) -> db::Result<bool> {
    run!(work, |c| diesel::update(accounts::table.find(id).filter(accounts::password_hash.eq(old)))
        .set(accounts::password_hash.eq(new))
        .execute(c))
    .map(|rows| rows == 1)
}

/// Records a login, which also locks the account. Returns false if the account is inactive or `verified_hash` is no
/// longer its password's hash.
pub(crate) async fn set_last_login(
    work: &mut Work,
    id: AccountId,
    verified_hash: &str,
    now: Timestamp,
) -> db::Result<bool> {
    run!(work, |c| diesel::update(
        accounts::table
            .find(id)
            .filter(accounts::is_active.eq(true))
            .filter(accounts::password_hash.eq(verified_hash))
    )
    .set(accounts::last_login_at.eq(now))
    .execute(c))
    .map(|rows| rows == 1)
}
