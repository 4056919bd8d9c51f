//! Queries on `accounts`, in the unit of work of the caller.

mod password_hashes;

use diesel::{ExpressionMethods, QueryDsl, SelectableHelper};
use loggia_db::{self as db, OptionalExt, RunQueryDsl, Work, run};
use loggia_kernel::{AccountId, Email, Page, PageRequest, Timestamp, Username};

pub(crate) use self::password_hashes::{
    AccountWithHash, password_hash, rehash, replace_password_hash, set_last_login,
    set_password_hash, with_hash_by_email, with_hash_by_username,
};

use crate::{
    Error, Field, Result,
    model::account::{Account, ChangedRow, NewRow},
    schema::accounts,
};

/// The unique constraint on slugs.
pub(crate) const SLUG_KEY: &str = "accounts_slug_key";

pub(crate) async fn by_id(work: &mut Work, id: AccountId) -> db::Result<Option<Account>> {
    run!(work, |c| accounts::table.find(id).select(Account::as_select()).first(c)).optional()
}

pub(crate) async fn by_email(work: &mut Work, email: &Email) -> db::Result<Option<Account>> {
    let folded = email.folded();
    run!(work, |c| accounts::table
        .filter(accounts::email_folded.eq(&folded))
        .select(Account::as_select())
        .first(c))
    .optional()
}

pub(crate) async fn by_username(
    work: &mut Work,
    username: &Username,
) -> db::Result<Option<Account>> {
    run!(work, |c| accounts::table
        .filter(accounts::username.eq(username))
        .select(Account::as_select())
        .first(c))
    .optional()
}

/// Locks an account until the transaction ends, and returns it with its password hash. Every transaction that changes
/// the account's tokens or sessions locks the account first, which prevents deadlocks.
///
/// Two arms because PostgreSQL needs an explicit lock. SQLite serializes writing transactions. The same applies to the
/// next function.
pub(crate) async fn lock(work: &mut Work, id: AccountId) -> db::Result<Option<AccountWithHash>> {
    run!(
        work,
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

/// Locks an account until the transaction ends, also against new references to it, and returns it.
pub(crate) async fn lock_for_removal(
    work: &mut Work,
    id: AccountId,
) -> db::Result<Option<Account>> {
    run!(
        work,
        Postgres(|c| accounts::table.find(id).select(Account::as_select()).for_update().first(c)),
        Sqlite(|c| accounts::table.find(id).select(Account::as_select()).first(c)),
    )
    .optional()
}

/// Locks the account that has this email address, as [`lock`] does. The address is compared after the lock is acquired.
pub(crate) async fn lock_by_email(
    work: &mut Work,
    folded: &str,
) -> db::Result<Option<AccountWithHash>> {
    run!(
        work,
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
pub(crate) async fn list(work: &mut Work, page: PageRequest) -> db::Result<Page<Account>> {
    let count: i64 = run!(work, |c| accounts::table.count().get_result(c))?;
    let items = run!(work, |c| accounts::table
        .order(accounts::id)
        .limit(page.limit())
        .offset(page.offset())
        .select(Account::as_select())
        .load(c))?;
    Ok(Page { items, count: u64::try_from(count).unwrap_or_default() })
}

/// Returns at most `limit` accounts after `last`, ordered by id.
pub(crate) async fn list_after(
    work: &mut Work,
    last: Option<AccountId>,
    limit: u32,
) -> db::Result<Vec<Account>> {
    run!(work, |c| accounts::table
        .filter(accounts::id.gt(id_or_zero(last)))
        .order(accounts::id)
        .limit(limit.into())
        .select(Account::as_select())
        .load(c))
}

/// Returns the id, or zero, which no account has because ids begin at 1.
pub(crate) fn id_or_zero(except: Option<AccountId>) -> AccountId {
    except.unwrap_or(AccountId::new(0))
}

/// Returns whether an account other than `except` has this user name.
pub(crate) async fn is_username_taken(
    work: &mut Work,
    username: &Username,
    except: Option<AccountId>,
) -> db::Result<bool> {
    run!(work, |c| diesel::select(diesel::dsl::exists(
        accounts::table
            .filter(accounts::username.eq(username))
            .filter(accounts::id.ne(id_or_zero(except)))
    ))
    .get_result(c))
}

/// Returns whether an account other than `except` has this user name in lower case.
pub(crate) async fn is_folded_username_taken(
    work: &mut Work,
    folded: &str,
    except: Option<AccountId>,
) -> db::Result<bool> {
    run!(work, |c| diesel::select(diesel::dsl::exists(
        accounts::table
            .filter(accounts::username_folded.eq(folded))
            .filter(accounts::id.ne(id_or_zero(except)))
    ))
    .get_result(c))
}

/// Returns whether an account other than `except` has this email address.
pub(crate) async fn is_email_taken(
    work: &mut Work,
    email: &Email,
    except: Option<AccountId>,
) -> db::Result<bool> {
    let folded = email.folded();
    run!(work, |c| diesel::select(diesel::dsl::exists(
        accounts::table
            .filter(accounts::email_folded.eq(&folded))
            .filter(accounts::id.ne(id_or_zero(except)))
    ))
    .get_result(c))
}

pub(crate) async fn insert(work: &mut Work, row: &NewRow<'_>) -> Result<Account> {
    run!(work, |c| diesel::insert_into(accounts::table)
        .values(row)
        .returning(Account::as_returning())
        .get_result(c))
    .map_err(taken)
}

/// Updates an account.
///
/// # Errors
/// [`Error::NotFound`] if the account does not exist.
pub(crate) async fn update(
    work: &mut Work,
    id: AccountId,
    row: &ChangedRow<'_>,
) -> Result<Account> {
    run!(work, |c| diesel::update(accounts::table.find(id))
        .set(row)
        .returning(Account::as_returning())
        .get_result(c))
    .map_err(taken)
}

/// Updates an account if its names and its searchable text are those of `before` (compare-and-set). Returns `None` if
/// they have changed, or if the account was deleted.
pub(crate) async fn update_unless_renamed(
    work: &mut Work,
    (before, search_folded): (&Account, &str),
    row: &ChangedRow<'_>,
) -> Result<Option<Account>> {
    run!(work, |c| diesel::update(
        accounts::table
            .find(before.id)
            .filter(accounts::search_folded.eq(search_folded))
            .filter(accounts::first_name.eq(&before.first_name))
            .filter(accounts::last_name.eq(&before.last_name))
    )
    .set(row)
    .returning(Account::as_returning())
    .get_result(c))
    .optional()
    .map_err(taken)
}

fn taken(error: db::Error) -> Error {
    match error.unique_key() {
        Some("accounts_email_folded_key") => Error::Taken { field: Field::Email },
        Some("accounts_username_key") => Error::Taken { field: Field::Username },
        _ => match error {
            db::Error::NotFound => Error::NotFound,
            error => error.into(),
        },
    }
}

pub(crate) async fn set_active(
    work: &mut Work,
    id: AccountId,
    is_active: bool,
    now: Timestamp,
) -> db::Result<Option<Account>> {
    run!(work, |c| diesel::update(accounts::table.find(id))
        .set((accounts::is_active.eq(is_active), accounts::updated_at.eq(now)))
        .returning(Account::as_returning())
        .get_result(c))
    .optional()
}

/// Deletes an account. Returns false if it does not exist.
pub(crate) async fn delete(work: &mut Work, id: AccountId) -> db::Result<bool> {
    run!(work, |c| diesel::delete(accounts::table.find(id)).execute(c)).map(|rows| rows == 1)
}

/// Returns whether a superuser exists.
pub(crate) async fn has_superuser(work: &mut Work) -> db::Result<bool> {
    run!(work, |c| diesel::select(diesel::dsl::exists(
        accounts::table.filter(accounts::is_superuser.eq(true))
    ))
    .get_result(c))
}

/// Locks the active superusers until the transaction ends, and returns their ids in ascending order.
///
/// Two arms because PostgreSQL needs `FOR UPDATE`. SQLite serializes writing transactions.
pub(crate) async fn lock_active_superusers(work: &mut Work) -> db::Result<Vec<AccountId>> {
    run!(
        work,
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
