//! Slugs of contacts: globally unique, found with few queries however many are in use.

use std::collections::HashSet;

use loggia_db::{self as db, Work};
use loggia_kernel::{Slug, SuffixSearch};

use crate::store;

/// Returns the slug of a display name without a number.
pub(crate) fn base(display_name: &str) -> Slug {
    Slug::of(display_name, "contact")
}

/// Returns true if `slug` is `base`, or `base` with a number appended.
pub(crate) fn is_derived_from(slug: &Slug, base: &Slug) -> bool {
    if slug == base {
        return true;
    }
    let number = slug.as_str().rsplit_once('-').map(|(_, number)| number);
    number
        .and_then(|number| number.parse().ok())
        .is_some_and(|n: u32| n > 0 && base.with_suffix(n) == *slug)
}

/// Returns `base`, or `base` with a number appended, that is not in use. Callers with the same `base` wait until the
/// transaction ends, because they would otherwise get the same slug.
pub(crate) async fn free(work: &mut Work, base: &Slug) -> db::Result<Slug> {
    store::lock_name(work, base).await?;
    if !store::has_slug(work, base).await? {
        return Ok(base.clone());
    }
    let mut search = SuffixSearch::default();
    loop {
        if let Some(number) = search.found() {
            return Ok(base.with_suffix(number));
        }
        let candidates = search.candidates();
        let slugs: Vec<Slug> = candidates.iter().map(|n| base.with_suffix(*n)).collect();
        let taken = store::slugs_among(work, &slugs).await?;
        let taken: HashSet<Slug> = taken.into_iter().collect();
        search.record(|n| taken.contains(&base.with_suffix(n)));
    }
}

#[cfg(test)]
mod tests;
