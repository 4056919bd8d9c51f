use proptest::prelude::*;
use rstest::rstest;

use super::Slug;

#[rstest]
#[case("Jane Doe", "jane-doe")]
#[case("jane.doe", "janedoe")]
#[case("jane_doe", "jane_doe")]
#[case("  -- Ünïcode  -- Näme_ ", "unicode-name")]
#[case("日本", "user")]
#[case("!!!", "user")]
#[case("a - b", "a-b")]
fn slugifies_like_django(#[case] text: &str, #[case] slug: &str) {
    assert_eq!(Slug::of(text, "user").as_str(), slug);
}

#[test]
fn a_suffix_keeps_to_the_limit() {
    let slug = Slug::of(&"a".repeat(80), "user");
    assert_eq!(slug.as_str().len(), 50);
    assert_eq!(slug.with_suffix(7).as_str(), format!("{}-7", "a".repeat(48)));
}

proptest! {
    #[test]
    fn is_always_fit_for_a_path(text in "\\PC{0,120}") {
        let slug = Slug::of(&text, "user");
        prop_assert!((1..=Slug::MAX_CHARS).contains(&slug.as_str().len()));
        prop_assert!(slug.as_str().bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_'));
    }
}
