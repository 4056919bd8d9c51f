use rstest::rstest;

use super::{ListRequest, Search, folded};
use crate::PageRequest;

#[rstest]
#[case("ana", "%ana%")]
#[case("  Ana B ", "%ana b%")]
#[case("100%", r"%100\%%")]
#[case("a_b", r"%a\_b%")]
#[case(r"c:\d", r"%c:\\d%")]
#[case("ÖZGÜR", "%özgür%")]
fn a_pattern_matches_its_text_and_nothing_else(#[case] text: &str, #[case] pattern: &str) {
    assert_eq!(Search::of(text).unwrap().pattern(), pattern);
}

#[rstest]
#[case("")]
#[case(" \t ")]
fn nothing_is_not_looked_for(#[case] text: &str) {
    assert_eq!(Search::of(text), None);
}

#[test]
fn what_differs_in_case_only_is_the_same() {
    assert_eq!(folded("Straße ÄÖÜ"), folded("STRAßE äöü"));
}

#[test]
fn only_a_page_that_is_not_searched_for_is_little() {
    let page = Some(PageRequest::new(10, 0));
    let search = Search::of("a");
    let listing = |page, search| ListRequest::<()> { page, search, order: Vec::new() };
    assert!(!listing(page, None).needs_scan());
    assert!(listing(page, search).needs_scan());
    assert!(ListRequest::<()>::ALL.needs_scan());
}
