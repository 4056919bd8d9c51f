//! Derivation of free names. The unique constraints of the database remain decisive.

use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;
use loggia_db::{self as db, TransactionBody, Work, run};
use loggia_kernel::{AccountId, Email, Slug, Username, list};

use super::{
    store::{SLUG_KEY, id_or_zero, is_username_taken},
    suffix::Suffix,
};
use crate::{Error, Result, orgs, schema::accounts};

/// Attempts to find a free derived name. Each attempt starts after all names in use, so only this many concurrent
/// requests for the same name can exhaust them.
const MAX_TRIES: u32 = 64;

/// Runs `body`, which derives names, in a transaction, and again while `is_lost` recognizes the error of a derived name
/// that a concurrent request took.
pub(crate) async fn retry_derived<T, F>(
    work: &mut Work,
    is_lost: impl Fn(&Error) -> bool + Send,
    body: F,
) -> Result<T>
where
    F: for<'w> TransactionBody<'w, T, Error>,
    T: Send,
{
    for _ in 1..MAX_TRIES {
        match work.transaction(&body).await {
            Err(error) if is_lost(&error) => {}
            outcome => return outcome,
        }
    }
    work.transaction(body).await
}

/// Returns whether a concurrent request took a derived slug, of an account or of an organization.
pub(crate) fn is_slug_lost(error: &Error) -> bool {
    let key = match error {
        Error::Store(error) => error.unique_key(),
        _ => None,
    };
    key.is_some_and(|key| key == SLUG_KEY || key == orgs::store::SLUG_KEY)
}

/// Returns the searchable text of an account in lower case: one line each for user name, email address and full name.
pub(super) fn search_text(
    username: &Username,
    email: Option<&Email>,
    first_name: &str,
    last_name: &str,
) -> String {
    let email = email.map(Email::folded).unwrap_or_default();
    let name = list::folded(format!("{first_name} {last_name}").trim());
    format!("{}\n{email}\n{name}", username.folded())
}

/// Returns the first of `base`, `base-1`, `base-2`, ... that no account has.
pub(crate) async fn free_username(work: &mut Work, base: Username) -> db::Result<Username> {
    if !is_username_taken(work, &base, None).await? {
        return Ok(base);
    }
    let mut suffix = Suffix::default();
    loop {
        let (n, is_free) = suffix.next();
        let candidate = base.with_suffix(n, Username::ASCII_MAX_CHARS);
        if is_free {
            return Ok(candidate);
        }
        suffix.record(n, is_username_taken(work, &candidate, None).await?);
    }
}

/// Returns the first free slug: the name's slug, or that slug with the suffix `-1`, `-2`, .... The account `except` is
/// ignored.
pub(crate) async fn free_slug(
    work: &mut Work,
    username: &Username,
    except: Option<AccountId>,
) -> db::Result<Slug> {
    let base = Slug::of(username.as_str(), "user");
    if !is_slug_taken(work, &base, except).await? {
        return Ok(base);
    }
    let mut suffix = Suffix::default();
    loop {
        let (n, is_free) = suffix.next();
        let candidate = base.with_suffix(n);
        if is_free {
            return Ok(candidate);
        }
        suffix.record(n, is_slug_taken(work, &candidate, except).await?);
    }
}

/// Returns whether an account other than `except` has this slug.
async fn is_slug_taken(
    work: &mut Work,
    slug: &Slug,
    except: Option<AccountId>,
) -> db::Result<bool> {
    run!(work, |c| diesel::select(diesel::dsl::exists(
        accounts::table
            .filter(accounts::slug.eq(slug))
            .filter(accounts::id.ne(id_or_zero(except)))
    ))
    .get_result(c))
}
