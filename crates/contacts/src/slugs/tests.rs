use std::collections::HashSet;

use super::{PROBES, base, is_derived_from, narrow, points};

/// Returns the free number between two powers of two, and the number of queries that finding it takes.
fn search(mut gap: (u32, u32), is_taken: impl Fn(u32) -> bool) -> (u32, usize) {
    for questions in 0.. {
        if gap.1 - gap.0 <= 1 {
            return (gap.1, questions);
        }
        let points = points(gap);
        assert!(points.len() <= usize::try_from(PROBES).unwrap());
        assert!(points.iter().all(|n| gap.0 < *n && *n < gap.1), "{gap:?}");
        let taken: HashSet<u32> = points.iter().copied().filter(|n| is_taken(*n)).collect();
        gap = narrow(gap, &points, &taken);
    }
    unreachable!("the range above has no end")
}

#[test]
fn finds_the_first_free_number_with_few_questions() {
    for (gap, in_use) in [
        ((1, 2), 1),
        ((2, 4), 3),
        ((2, 4), 2),
        ((64, 128), 100),
        ((8192, 16_384), 9_999),
        ((1 << 29, 1 << 30), 1_000_000_000),
        ((1 << 30, u32::MAX), 3_000_000_000),
    ] {
        let (found, questions) = search(gap, |n| n <= in_use);
        assert_eq!(found, in_use + 1, "{gap:?}");
        assert!(questions <= 8, "{gap:?}: {questions} questions");
    }
}

#[test]
fn finds_a_free_number_among_gaps() {
    let (found, _) = search((64, 128), |n| n % 3 != 0);
    assert_eq!(found % 3, 0);
}

#[test]
fn a_slug_belongs_to_its_name_with_any_number() {
    let jane = base("Jane Doe");
    assert_eq!(jane.as_str(), "jane-doe");
    assert!(is_derived_from(&jane, &jane));
    assert!(is_derived_from(&jane.with_suffix(12), &jane));
    assert!(!is_derived_from(&base("Jane Doe 0"), &jane));
    assert!(!is_derived_from(&base("Jane Doer"), &jane));
    assert!(!is_derived_from(&base("Jane"), &jane));
    let long = base(&"x".repeat(80));
    assert!(is_derived_from(&long.with_suffix(1_234), &long));
    assert_eq!(base("日本").as_str(), "contact");
}
