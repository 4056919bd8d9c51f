use loggia_kernel::ParseError;

use super::{EntrySlug, of_title};
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
    for (raw, error) in cases {
        assert_eq!(EntrySlug::parse(raw), Err(error), "{raw:?}");
    }
}

#[test]
fn a_title_without_letters_is_called_by_its_kind() {
    assert_eq!(of_title("Web Design!", Kind::Service).as_str(), "web-design");
    assert_eq!(of_title("日本", Kind::Project).as_str(), "project");
}
