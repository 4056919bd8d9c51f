//! Slugs of contacts: unique among all, found with few questions however many are in use.

use std::collections::HashSet;

use loggia_db::{self as db, Conn, Tx};
use loggia_kernel::Slug;

use crate::store;

/// How many numbers one question asks about: all powers of two that there are, or that many points of a gap.
const PROBES: u32 = 31;

/// The slug of a display name before any number is put behind it.
pub(crate) fn base(display_name: &str) -> Slug {
    Slug::of(display_name, "contact")
}

/// Whether `slug` is `base`, or `base` with a number behind it.
pub(crate) fn is_derived_from(slug: &Slug, base: &Slug) -> bool {
    if slug == base {
        return true;
    }
    let number = slug.as_str().rsplit_once('-').map(|(_, number)| number);
    number
        .and_then(|number| number.parse().ok())
        .is_some_and(|n: u32| n > 0 && base.with_suffix(n) == *slug)
}

/// `base`, or `base` with a number behind it, that no contact has. Until the transaction ends, others who ask for the same
/// `base` wait: else all of them would be told the same.
pub(crate) async fn free(tx: &mut Tx, base: &Slug) -> db::Result<Slug> {
    store::lock_name(tx, base).await?;
    if !store::has_slug(tx, base).await? {
        return Ok(base.clone());
    }
    let number = free_number(tx, base).await?;
    Ok(base.with_suffix(number))
}

/// A number that no contact has behind `base` at this moment, while one has the number before it: where numbers are used up
/// in turn, the first free one.
///
/// The numbers in use may be many, and names are chosen by strangers: so neither are they all read, nor is the largest of
/// them believed. A question about the powers of two tells between which of them to look, and each further one makes the
/// gap smaller by the number of its points.
async fn free_number(conn: &mut Conn, base: &Slug) -> db::Result<u32> {
    let powers: Vec<u32> = (0..PROBES).map(|power| 1 << power).collect();
    let taken = taken(conn, base, &powers).await?;
    let mut gap = match powers.iter().position(|n| !taken.contains(n)) {
        Some(0) => return Ok(1),
        Some(power) => (1 << (power - 1), 1 << power),
        // Whoever took all powers of two did so on purpose. What is beyond them he can only have taken in turn.
        None => (1 << (PROBES - 1), u32::MAX),
    };
    while gap.1 - gap.0 > 1 {
        let points = points(gap);
        let taken = self::taken(conn, base, &points).await?;
        gap = narrow(gap, &points, &taken);
    }
    Ok(gap.1)
}

/// Numbers evenly spread over what lies strictly inside of a gap.
fn points((taken, free): (u32, u32)) -> Vec<u32> {
    let inside = free - taken - 1;
    let step = (inside / PROBES).max(1);
    (1..=inside.min(PROBES)).map(|n| taken + n * step).collect()
}

/// The gap before the first of `points` that is free.
fn narrow((mut low, high): (u32, u32), points: &[u32], taken: &HashSet<u32>) -> (u32, u32) {
    for &point in points {
        if !taken.contains(&point) {
            return (low, point);
        }
        low = point;
    }
    (low, high)
}

/// Which of `numbers` some contact has behind `base`.
async fn taken(conn: &mut Conn, base: &Slug, numbers: &[u32]) -> db::Result<HashSet<u32>> {
    let slugs: Vec<Slug> = numbers.iter().map(|n| base.with_suffix(*n)).collect();
    let taken: HashSet<Slug> = store::slugs_among(conn, &slugs)
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
