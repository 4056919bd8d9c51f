//! Slugs of contacts: globally unique, found with few queries however many are in use.

use std::collections::HashSet;

use loggia_db::{self as db, Work};
use loggia_kernel::Slug;

use crate::store;

/// The numbers probed by one query: all 31 powers of two, or as many points of a gap.
const PROBES: u32 = 31;

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
    let number = free_number(work, base).await?;
    Ok(base.with_suffix(number))
}

/// Returns a number that is free behind `base` while its predecessor is in use. If numbers are used in sequence, this
/// is the first free one.
///
/// Interval search: strangers choose names, so the numbers in use may be many, and the largest is not meaningful.
/// One query probes the powers of two to find the interval; each further query divides it by the number of probes.
async fn free_number(work: &mut Work, base: &Slug) -> db::Result<u32> {
    let powers: Vec<u32> = (0..PROBES).map(|power| 1 << power).collect();
    let taken = taken(work, base, &powers).await?;
    let mut gap = match powers.iter().position(|n| !taken.contains(n)) {
        Some(0) => return Ok(1),
        Some(power) => (1 << (power - 1), 1 << power),
        // All powers of two are taken, so they were chosen on purpose. Larger numbers can only be taken in sequence.
        None => (1 << (PROBES - 1), u32::MAX),
    };
    while gap.1 - gap.0 > 1 {
        let points = points(gap);
        let taken = self::taken(work, base, &points).await?;
        gap = narrow(gap, &points, &taken);
    }
    Ok(gap.1)
}

/// Returns numbers evenly spread over the interior of a gap.
fn points((taken, free): (u32, u32)) -> Vec<u32> {
    let inside = free - taken - 1;
    let step = (inside / PROBES).max(1);
    (1..=inside.min(PROBES)).map(|n| taken + n * step).collect()
}

/// Returns the gap before the first of `points` that is free.
fn narrow((mut low, high): (u32, u32), points: &[u32], taken: &HashSet<u32>) -> (u32, u32) {
    for &point in points {
        if !taken.contains(&point) {
            return (low, point);
        }
        low = point;
    }
    (low, high)
}

/// Returns the `numbers` that are in use behind `base`.
async fn taken(work: &mut Work, base: &Slug, numbers: &[u32]) -> db::Result<HashSet<u32>> {
    let slugs: Vec<Slug> = numbers.iter().map(|n| base.with_suffix(*n)).collect();
    let taken: HashSet<Slug> = store::slugs_among(work, &slugs)
        .await?
        .into_iter()
        .collect();
    let pairs = numbers.iter().zip(&slugs);
    Ok(pairs
        .filter(|(_, slug)| taken.contains(slug))
        .map(|(n, _)| *n)
        .collect())
}

#[cfg(test)]
mod tests;
