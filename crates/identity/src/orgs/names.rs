//! Derivation of free slugs. The unique constraint of the database remains decisive.

use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;
use loggia_db::{self as db, Work, run};
use loggia_kernel::{OrgId, Slug};

use crate::{accounts::Suffix, schema::organizations};

/// Returns the first of `base`, `base-1`, `base-2`, ... that no organization but `except` has.
pub(super) async fn free_slug(
    work: &mut Work,
    base: Slug,
    except: Option<OrgId>,
) -> db::Result<Slug> {
    if !is_taken(work, &base, except).await? {
        return Ok(base);
    }
    let mut suffix = Suffix::default();
    loop {
        let (n, is_free) = suffix.next();
        let candidate = base.with_suffix(n);
        if is_free {
            return Ok(candidate);
        }
        suffix.record(n, is_taken(work, &candidate, except).await?);
    }
}

async fn is_taken(work: &mut Work, slug: &Slug, except: Option<OrgId>) -> db::Result<bool> {
    // Ids begin at 1, so no organization has this one.
    let except = except.unwrap_or(OrgId::new(0));
    run!(work, |c| diesel::select(diesel::dsl::exists(
        organizations::table
            .filter(organizations::slug.eq(slug))
            .filter(organizations::id.ne(except))
    ))
    .get_result(c))
}
