//! Queries on `accounts`. Plain functions over `&mut Conn`: the caller decides on the transaction.

use diesel::{ExpressionMethods, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;
use loggia_db::{self as db, Conn, OptionalExt, run};
use loggia_kernel::{AccountId, Email, Page, PageRequest, Timestamp, Username};

use super::model::{Account, ChangedRow, NewRow};
use crate::{Error, Field, Result, schema::accounts};

/// The unique constraint on slugs.
pub(crate) const SLUG_KEY: &str = "accounts_slug_key";

/// An account and its password hash, for a login.
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

/// Locks an account until the transaction ends, and returns it with its password hash. Every transaction that changes
/// the account's tokens or sessions locks the account first, which prevents deadlocks.
///
/// Two arms because PostgreSQL needs an explicit lock. SQLite serializes writing transactions. The same applies to the
/// next function.
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

/// Locks an account until the transaction ends, also against new references to it. Returns false if it does not exist.
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

/// Locks the account that has this email address, as [`lock`] does. The address is compared after the lock is acquired.
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

/// Returns a page of all accounts, ordered by id.
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

/// Returns at most `limit` accounts after `last`, ordered by id.
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

/// Returns the id, or zero, which no account has because ids begin at 1.
pub(super) fn id_or_zero(except: Option<AccountId>) -> AccountId {
    except.unwrap_or(AccountId::new(0))
}

/// Returns whether an account other than `except` has this user name.
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

/// Returns whether an account other than `except` has this user name in lower case.
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

/// Returns whether an account other than `except` has this email address.
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

/// Updates an account.
///
/// # Errors
/// [`Error::NotFound`] if the account does not exist.
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

/// Sets or removes the password's hash. Returns false if the account does not exist.
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

/// Replaces the verified password hash by a new one (compare-and-set). Returns false if the stored hash has changed.
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

/// Replaces a hash by a stronger one of the same password (compare-and-set). Returns false if the stored hash has
/// changed.
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

/// Records a login, which also locks the account. Returns false if the account is inactive or `verified_hash` is no
/// longer its password's hash.
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

/// Deletes an account. Returns false if it does not exist.
pub(crate) async fn delete(conn: &mut Conn, id: AccountId) -> db::Result<bool> {
    run!(conn, |c| diesel::delete(accounts::table.find(id))
        .execute(c))
    .map(|rows| rows == 1)
}

/// Returns whether a superuser exists.
pub(crate) async fn has_superuser(conn: &mut Conn) -> db::Result<bool> {
    run!(conn, |c| diesel::select(diesel::dsl::exists(
        accounts::table.filter(accounts::is_superuser.eq(true))
    ))
    .get_result(c))
}

/// Locks the active superusers until the transaction ends, and returns their ids in ascending order.
///
/// Two arms because PostgreSQL needs `FOR UPDATE`. SQLite serializes writing transactions.
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
