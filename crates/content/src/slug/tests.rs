use loggia_kernel::ParseError;

use super::{Candidates, EntrySlug, MAX_BATCH};
use crate::Kind;

#[test]
fn a_chosen_slug_keeps_its_case() {
    assert_eq!(EntrySlug::parse("-Web_2").unwrap().as_str(), "-Web_2");
    assert!(EntrySlug::parse(&"x".repeat(50)).is_ok());
}

#[test]
fn refuses_what_is_no_slug() {
    let long = ParseError::TooLong { max: 50 };
    let cases = [
        ("", ParseError::Blank),
        ("a b", ParseError::Malformed),
        ("a/b", ParseError::Malformed),
        ("ä", ParseError::Malformed),
        ("a\n", ParseError::Malformed),
        ("a\0", ParseError::Malformed),
        (&"x".repeat(51), long),
    ];
    for (raw, flaw) in cases {
        assert_eq!(EntrySlug::parse(raw), Err(flaw), "{raw:?}");
    }
}

#[test]
fn candidates_are_numbered_without_a_gap() {
    let mut candidates = Candidates::of("Web Design!", Kind::Service);
    let mut all = candidates.batch();
    all.extend(candidates.batch());
    let all: Vec<&str> = all.iter().map(EntrySlug::as_str).collect();
    assert_eq!(&all[..3], ["web-design", "web-design-1", "web-design-2"]);
    let expected: Vec<String> = (1..all.len()).map(|n| format!("web-design-{n}")).collect();
    assert_eq!(&all[1..], expected);
}

#[test]
fn batches_grow_up_to_a_limit() {
    let mut candidates = Candidates::of("x", Kind::Blog);
    let sizes: Vec<usize> = (0..9).map(|_| candidates.batch().len()).collect();
    assert_eq!(
        sizes,
        [16, 16, 32, 64, 128, 256, 512, 512, MAX_BATCH as usize]
    );
}

#[test]
fn a_title_without_letters_is_called_by_its_kind() {
    let mut candidates = Candidates::of("日本", Kind::Project);
    assert_eq!(candidates.batch()[1].as_str(), "project-1");
}
