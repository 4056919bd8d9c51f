//! Tests of the search for a free number.

use std::collections::HashSet;

use rstest::rstest;

use super::suffix::Suffix;

/// Returns the result of the search and the number of queries.
fn search(is_taken: impl Fn(u32) -> bool) -> (u32, usize) {
    let mut suffix = Suffix::default();
    for questions in 0.. {
        assert!(questions < 200, "the search does not end");
        let (n, is_answer) = suffix.next();
        if is_answer {
            return (n, questions);
        }
        suffix.record(n, is_taken(n));
    }
    unreachable!("the range above has no end")
}

#[rstest]
#[case(0)]
#[case(1)]
#[case(2)]
#[case(3)]
#[case(7)]
#[case(8)]
#[case(1_000)]
#[case(123_456)]
fn finds_the_first_number_behind_those_in_use(#[case] in_use: u32) {
    let (found, questions) = search(|n| n <= in_use);
    assert_eq!(found, in_use + 1);
    assert!(questions <= 40, "{questions} questions");
}

#[test]
fn finds_a_free_one_whatever_strangers_took() {
    let powers: HashSet<_> = (0..32).map(|power| 1_u32 << power).collect();
    for _ in 0..100 {
        let (found, _) = search(|n| powers.contains(&n) || n == u32::MAX);
        assert!(!powers.contains(&found) && found != u32::MAX);
    }
}
