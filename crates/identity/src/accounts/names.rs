//! Derivation of free names. The unique constraints of the database remain decisive.

use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;
use loggia_db::{self as db, Conn, run};
use loggia_kernel::{AccountId, Email, Slug, Username, list};

use super::{
    store::{id_or_zero, is_username_taken},
    suffix::Suffix,
};
use crate::schema::accounts;

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
pub(crate) async fn free_username(conn: &mut Conn, base: Username) -> db::Result<Username> {
    if !is_username_taken(conn, &base, None).await? {
        return Ok(base);
    }
    let mut suffix = Suffix::default();
    loop {
        let (n, is_free) = suffix.next();
        let candidate = base.with_suffix(n, Username::ASCII_MAX_CHARS);
        if is_free {
            return Ok(candidate);
        }
        suffix.record(n, is_username_taken(conn, &candidate, None).await?);
    }
}

/// Returns the first free slug: the name's slug, or that slug with the suffix `-1`, `-2`, .... The account `except` is
/// ignored.
pub(crate) async fn free_slug(
    conn: &mut Conn,
    username: &Username,
    except: Option<AccountId>,
) -> db::Result<Slug> {
    let base = Slug::of(username.as_str(), "user");
    if !is_slug_taken(conn, &base, except).await? {
        return Ok(base);
    }
    let mut suffix = Suffix::default();
    loop {
        let (n, is_free) = suffix.next();
        let candidate = base.with_suffix(n);
        if is_free {
            return Ok(candidate);
        }
        suffix.record(n, is_slug_taken(conn, &candidate, except).await?);
    }
}

/// Returns whether an account other than `except` has this slug.
async fn is_slug_taken(
    conn: &mut Conn,
    slug: &Slug,
    except: Option<AccountId>,
) -> db::Result<bool> {
    run!(conn, |c| diesel::select(diesel::dsl::exists(
        accounts::table
            .filter(accounts::slug.eq(slug))
            .filter(accounts::id.ne(id_or_zero(except)))
    ))
    .get_result(c))
}
