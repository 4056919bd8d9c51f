//! Queries on `accounts`. Plain functions over `&mut Conn`: the caller decides on the transaction.

use diesel::{ExpressionMethods, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;
use loggia_db::{self as db, Conn, OptionalExt, run};
use loggia_kernel::{AccountId, Email, Page, PageRequest, Timestamp, Username};

use super::model::{Account, ChangedRow, NewRow};
use crate::{Error, Field, Result, schema::accounts};

/// The constraint that keeps slugs apart.
pub(crate) const SLUG_KEY: &str = "accounts_slug_key";

/// An account and its password hash, as a log-in needs them.
pub(crate) type AccountWithHash = (Account, Option<String>);

pub(crate) async fn by_id(conn: &mut Conn, id: AccountId) -> db::Result<Option<Account>> {
    run!(conn, |c| accounts::table
        .find(id)
        .select(Account::as_select())
        .first(c))
    .optional()
}

pub(crate) async fn by_email(conn: &mut Conn, email: &Email) -> db::Result<Option<Account>> {
    let folded = email.folded();
    run!(conn, |c| accounts::table
        .filter(accounts::email_folded.eq(&folded))
        .select(Account::as_select())
        .first(c))
    .optional()
}

pub(crate) async fn by_username(
    conn: &mut Conn,
    username: &Username,
) -> db::Result<Option<Account>> {
    run!(conn, |c| accounts::table
        .filter(accounts::username.eq(username))
        .select(Account::as_select())
        .first(c))
    .optional()
}

pub(crate) async fn with_hash_by_email(
    conn: &mut Conn,
    folded: &str,
) -> db::Result<Option<AccountWithHash>> {
    run!(conn, |c| accounts::table
        .filter(accounts::email_folded.eq(folded))
        .select((Account::as_select(), accounts::password_hash))
        .first(c))
    .optional()
}

pub(crate) async fn with_hash_by_username(
    conn: &mut Conn,
    username: &str,
) -> db::Result<Option<AccountWithHash>> {
    run!(conn, |c| accounts::table
        .filter(accounts::username.eq(username))
        .select((Account::as_select(), accounts::password_hash))
        .first(c))
    .optional()
}

pub(crate) async fn password_hash(
    conn: &mut Conn,
    id: AccountId,
) -> db::Result<Option<Option<String>>> {
    run!(conn, |c| accounts::table
        .find(id)
        .select(accounts::password_hash)
        .first(c))
    .optional()
}

/// An account with its password hash, locked until the transaction ends. Whoever changes what hangs on an account, its
/// tokens and sessions, locks the account first: so two of them take turns instead of each waiting for the other.
///
/// Two arms because PostgreSQL needs the lock said; SQLite's writing transactions exclude each other anyway. The same
/// goes for the next one.
pub(crate) async fn lock(conn: &mut Conn, id: AccountId) -> db::Result<Option<AccountWithHash>> {
    run!(
        conn,
        Postgres(|c| accounts::table
            .find(id)
            .select((Account::as_select(), accounts::password_hash))
            .for_no_key_update()
            .first(c)),
        Sqlite(|c| accounts::table
            .find(id)
            .select((Account::as_select(), accounts::password_hash))
            .first(c)),
    )
    .optional()
}

/// Locks an account so that nothing can come to hang on it either, until the transaction ends. False if there is none.
pub(crate) async fn lock_for_removal(conn: &mut Conn, id: AccountId) -> db::Result<bool> {
    let account: Option<AccountId> = run!(
        conn,
        Postgres(|c| accounts::table
            .find(id)
            .select(accounts::id)
            .for_update()
            .first(c)),
        Sqlite(|c| accounts::table.find(id).select(accounts::id).first(c)),
    )
    .optional()?;
    Ok(account.is_some())
}

/// As [`lock`], for the account that has this address once the lock is there.
pub(crate) async fn lock_by_email(
    conn: &mut Conn,
    folded: &str,
) -> db::Result<Option<AccountWithHash>> {
    run!(
        conn,
        Postgres(|c| accounts::table
            .filter(accounts::email_folded.eq(folded))
            .select((Account::as_select(), accounts::password_hash))
            .for_no_key_update()
            .first(c)),
        Sqlite(|c| accounts::table
            .filter(accounts::email_folded.eq(folded))
            .select((Account::as_select(), accounts::password_hash))
            .first(c)),
    )
    .optional()
}

/// A page of all accounts in the order of their ids.
pub(crate) async fn list(conn: &mut Conn, page: PageRequest) -> db::Result<Page<Account>> {
    let count: i64 = run!(conn, |c| accounts::table.count().get_result(c))?;
    let items = run!(conn, |c| accounts::table
        .order(accounts::id)
        .limit(page.limit())
        .offset(page.offset())
        .select(Account::as_select())
        .load(c))?;
    Ok(Page {
        items,
        count: u64::try_from(count).unwrap_or_default(),
    })
}

/// At most `limit` accounts after `last` in the order of their ids.
pub(crate) async fn list_after(
    conn: &mut Conn,
    last: Option<AccountId>,
    limit: u32,
) -> db::Result<Vec<Account>> {
    run!(conn, |c| accounts::table
        .filter(accounts::id.gt(id_or_zero(last)))
        .order(accounts::id)
        .limit(limit.into())
        .select(Account::as_select())
        .load(c))
}

/// Ids begin at 1, so no account has this one.
pub(super) fn id_or_zero(except: Option<AccountId>) -> AccountId {
    except.unwrap_or(AccountId::new(0))
}

/// Whether an account other than `except` has this user name.
pub(crate) async fn is_username_taken(
    conn: &mut Conn,
    username: &Username,
    except: Option<AccountId>,
) -> db::Result<bool> {
    run!(conn, |c| diesel::select(diesel::dsl::exists(
        accounts::table
            .filter(accounts::username.eq(username))
            .filter(accounts::id.ne(id_or_zero(except)))
    ))
    .get_result(c))
}

/// Whether an account other than `except` has this user name in lower case.
pub(crate) async fn is_folded_username_taken(
    conn: &mut Conn,
    folded: &str,
    except: Option<AccountId>,
) -> db::Result<bool> {
    run!(conn, |c| diesel::select(diesel::dsl::exists(
        accounts::table
            .filter(accounts::username_folded.eq(folded))
            .filter(accounts::id.ne(id_or_zero(except)))
    ))
    .get_result(c))
}

/// Whether an account other than `except` has this address.
pub(crate) async fn is_email_taken(
    conn: &mut Conn,
    email: &Email,
    except: Option<AccountId>,
) -> db::Result<bool> {
    let folded = email.folded();
    run!(conn, |c| diesel::select(diesel::dsl::exists(
        accounts::table
            .filter(accounts::email_folded.eq(&folded))
            .filter(accounts::id.ne(id_or_zero(except)))
    ))
    .get_result(c))
}

pub(crate) async fn insert(conn: &mut Conn, row: &NewRow<'_>) -> Result<Account> {
    run!(conn, |c| diesel::insert_into(accounts::table)
        .values(row)
        .returning(Account::as_returning())
        .get_result(c))
    .map_err(taken)
}

/// # Errors
/// [`Error::NotFound`] if there is no such account.
pub(crate) async fn update(conn: &mut Conn, id: AccountId, row: &ChangedRow) -> Result<Account> {
    run!(conn, |c| diesel::update(accounts::table.find(id))
        .set(row)
        .returning(Account::as_returning())
        .get_result(c))
    .map_err(taken)
}

fn taken(error: db::Error) -> Error {
    match error.unique_key() {
        Some("accounts_email_folded_key") => Error::Taken {
            field: Field::Email,
        },
        Some("accounts_username_key") => Error::Taken {
            field: Field::Username,
        },
        _ => match error {
            db::Error::NotFound => Error::NotFound,
            error => error.into(),
        },
    }
}

pub(crate) async fn set_active(
    conn: &mut Conn,
    id: AccountId,
    is_active: bool,
    now: Timestamp,
) -> db::Result<Option<Account>> {
    run!(conn, |c| diesel::update(accounts::table.find(id))
        .set((
            accounts::is_active.eq(is_active),
            accounts::updated_at.eq(now)
        ))
        .returning(Account::as_returning())
        .get_result(c))
    .optional()
}

/// Sets the password's hash, or takes the password away. False if there is no such account.
pub(crate) async fn set_password_hash(
    conn: &mut Conn,
    id: AccountId,
    hash: Option<&str>,
    now: Timestamp,
) -> db::Result<bool> {
    run!(conn, |c| diesel::update(accounts::table.find(id))
        .set((
            accounts::password_hash.eq(hash),
            accounts::updated_at.eq(now)
        ))
        .execute(c))
    .map(|rows| rows == 1)
}

/// Sets the password's hash in place of the one that was just proven. False if that is not the account's any more.
pub(crate) async fn replace_password_hash(
    conn: &mut Conn,
    id: AccountId,
    verified_hash: &str,
    hash: &str,
    now: Timestamp,
) -> db::Result<bool> {
    run!(conn, |c| diesel::update(
        accounts::table
            .find(id)
            .filter(accounts::password_hash.eq(verified_hash))
    )
    .set((
        accounts::password_hash.eq(hash),
        accounts::updated_at.eq(now)
    ))
    .execute(c))
    .map(|rows| rows == 1)
}

/// Replaces a hash by a better one of the same password. False if the password was changed, or rehashed, meanwhile.
pub(crate) async fn rehash(
    conn: &mut Conn,
    id: AccountId,
    old: &str,
    new: &str,
) -> db::Result<bool> {
    run!(conn, |c| diesel::update(
        accounts::table
            .find(id)
            .filter(accounts::password_hash.eq(old))
    )
    .set(accounts::password_hash.eq(new))
    .execute(c))
    .map(|rows| rows == 1)
}

/// Notes a log-in, and locks the account by doing so. False if it is inactive, or `verified_hash` is its password's
/// hash no more.
pub(crate) async fn set_last_login(
    conn: &mut Conn,
    id: AccountId,
    verified_hash: &str,
    now: Timestamp,
) -> db::Result<bool> {
    run!(conn, |c| diesel::update(
        accounts::table
            .find(id)
            .filter(accounts::is_active.eq(true))
            .filter(accounts::password_hash.eq(verified_hash))
    )
    .set(accounts::last_login_at.eq(now))
    .execute(c))
    .map(|rows| rows == 1)
}

/// False if there is no such account.
pub(crate) async fn delete(conn: &mut Conn, id: AccountId) -> db::Result<bool> {
    run!(conn, |c| diesel::delete(accounts::table.find(id))
        .execute(c))
    .map(|rows| rows == 1)
}

/// Whether there is any superuser.
pub(crate) async fn has_superuser(conn: &mut Conn) -> db::Result<bool> {
    run!(conn, |c| diesel::select(diesel::dsl::exists(
        accounts::table.filter(accounts::is_superuser.eq(true))
    ))
    .get_result(c))
}

/// The active superusers in the order of their ids, locked until the transaction ends.
///
/// Two arms because PostgreSQL needs `FOR UPDATE`; SQLite's writing transactions exclude each other anyway.
pub(crate) async fn lock_active_superusers(conn: &mut Conn) -> db::Result<Vec<AccountId>> {
    run!(
        conn,
        Postgres(|c| accounts::table
            .filter(accounts::is_superuser.eq(true))
            .filter(accounts::is_active.eq(true))
            .order(accounts::id)
            .select(accounts::id)
            .for_update()
            .load(c)),
        Sqlite(|c| accounts::table
            .filter(accounts::is_superuser.eq(true))
            .filter(accounts::is_active.eq(true))
            .order(accounts::id)
            .select(accounts::id)
            .load(c)),
    )
}
