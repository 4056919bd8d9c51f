use std::collections::HashSet;

use rstest::rstest;

use super::SuffixSearch;

/// Returns the result of the search and the number of lookups.
fn search(is_taken: impl Fn(u32) -> bool) -> (u32, usize) {
    let mut search = SuffixSearch::default();
    for lookups in 0..100 {
        if let Some(number) = search.found() {
            return (number, lookups);
        }
        let candidates = search.candidates();
        assert!((1..=58).contains(&candidates.len()), "{candidates:?}");
        assert!(candidates.is_sorted(), "{candidates:?}");
        search.record(&is_taken);
    }
    panic!("the search does not end");
}

#[rstest]
#[case(0, 1)]
#[case(1, 1)]
#[case(31, 1)]
#[case(32, 2)]
#[case(1_000, 4)]
#[case(123_456, 5)]
#[case(3_000_000_000, 8)]
fn finds_the_number_after_a_sequence_with_few_lookups(#[case] in_use: u32, #[case] most: usize) {
    let (found, lookups) = search(|n| n <= in_use);
    assert_eq!(found, in_use + 1);
    assert!(lookups <= most, "{lookups} lookups");
}

#[test]
fn finds_the_smallest_free_number_among_the_first() {
    assert_eq!(search(|n| n <= 30 && n != 7).0, 7);
}

#[test]
fn finds_a_free_number_among_gaps() {
    let (found, _) = search(|n| n <= 32 || n % 3 != 0);
    assert!(found > 32 && found % 3 == 0, "{found}");
}

#[test]
fn finds_a_free_number_if_all_powers_of_two_are_in_use() {
    let powers: HashSet<u32> = (0..32).map(|power| 1 << power).collect();
    let (found, _) = search(|n| n <= 32 || powers.contains(&n));
    assert!(found > 32 && !powers.contains(&found), "{found}");
}
