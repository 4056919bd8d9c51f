//! Derivation of free names. The unique constraints of the database remain decisive.

use std::collections::HashSet;

use diesel::{ExpressionMethods, QueryDsl};
use loggia_db::{self as db, RunQueryDsl, TransactionBody, Work, run};
use loggia_kernel::{AccountId, Email, Slug, SuffixSearch, Username, list};

use crate::{
    Error, Result,
    schema::accounts,
    store::{
        accounts::{SLUG_KEY, id_or_zero, is_username_taken},
        orgs,
    },
};

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
    key.is_some_and(|key| key == SLUG_KEY || key == orgs::SLUG_KEY)
}

/// Returns the searchable text of an account in lower case: one line each for user name, email address and full name.
pub(crate) fn search_text(
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
    let named = |n| base.with_suffix(n, Username::ASCII_MAX_CHARS);
    let mut search = SuffixSearch::default();
    loop {
        if let Some(n) = search.found() {
            return Ok(named(n));
        }
        let names: Vec<Username> = search.candidates().into_iter().map(named).collect();
        let taken = usernames_among(work, &names).await?;
        search.record(|n| taken.contains(&named(n)));
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
    if slugs_among(work, std::slice::from_ref(&base), except).await?.is_empty() {
        return Ok(base);
    }
    let mut search = SuffixSearch::default();
    loop {
        if let Some(n) = search.found() {
            return Ok(base.with_suffix(n));
        }
        let candidates = search.candidates();
        let slugs: Vec<Slug> = candidates.iter().map(|n| base.with_suffix(*n)).collect();
        let taken = slugs_among(work, &slugs, except).await?;
        search.record(|n| taken.contains(&base.with_suffix(n)));
    }
}

/// Returns those of `names` that accounts have.
async fn usernames_among(work: &mut Work, names: &[Username]) -> db::Result<HashSet<Username>> {
    let taken: Vec<Username> = run!(work, |c| accounts::table
        .filter(accounts::username.eq_any(names))
        .select(accounts::username)
        .load(c))?;
    Ok(taken.into_iter().collect())
}

/// Returns those of `slugs` that accounts other than `except` have.
async fn slugs_among(
    work: &mut Work,
    slugs: &[Slug],
    except: Option<AccountId>,
) -> db::Result<HashSet<Slug>> {
    let taken: Vec<Slug> = run!(work, |c| accounts::table
        .filter(accounts::slug.eq_any(slugs))
        .filter(accounts::id.ne(id_or_zero(except)))
        .select(accounts::slug)
        .load(c))?;
    Ok(taken.into_iter().collect())
}
