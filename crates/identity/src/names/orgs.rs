//! Derivation of free slugs. The unique constraint of the database remains decisive.

use std::collections::HashSet;

use diesel::{ExpressionMethods, QueryDsl};
use loggia_db::{self as db, RunQueryDsl, Work, run};
use loggia_kernel::{OrgId, Slug, SuffixSearch};

use crate::schema::organizations;

/// Returns the first of `base`, `base-1`, `base-2`, ... that no organization but `except` has.
pub(crate) async fn free_slug(
    work: &mut Work,
    base: Slug,
    except: Option<OrgId>,
) -> db::Result<Slug> {
    if among(work, std::slice::from_ref(&base), except).await?.is_empty() {
        return Ok(base);
    }
    let mut search = SuffixSearch::default();
    loop {
        if let Some(n) = search.found() {
            return Ok(base.with_suffix(n));
        }
        let candidates = search.candidates();
        let slugs: Vec<Slug> = candidates.iter().map(|n| base.with_suffix(*n)).collect();
        let taken = among(work, &slugs, except).await?;
        search.record(|n| taken.contains(&base.with_suffix(n)));
    }
}

/// Returns those of `slugs` that organizations other than `except` have.
async fn among(
    work: &mut Work,
    slugs: &[Slug],
    except: Option<OrgId>,
) -> db::Result<HashSet<Slug>> {
    // Ids begin at 1, so no organization has this one.
    let except = except.unwrap_or(OrgId::new(0));
    let taken: Vec<Slug> = run!(work, |c| organizations::table
        .filter(organizations::slug.eq_any(slugs))
        .filter(organizations::id.ne(except))
        .select(organizations::slug)
        .load(c))?;
    Ok(taken.into_iter().collect())
}
