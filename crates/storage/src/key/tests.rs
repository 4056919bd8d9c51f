//! Tests of valid and invalid keys.

use super::Key;

#[test]
fn takes_names_as_people_write_them() {
    for text in
        ["a", "a.png", "a/b/c", "my picture (1).png", "été/日本.png", "..a", "a..b", "50%#?"]
    {
        assert_eq!(Key::parse(text).unwrap().as_str(), text);
    }
}

#[test]
fn refuses_what_leads_elsewhere_or_nowhere() {
    let long = "a".repeat(Key::MAX_NAME_BYTES + 1);
    let deep = "a/".repeat(Key::MAX_BYTES) + "a";
    // Each character takes three bytes when escaped.
    let escaped = "#".repeat(Key::MAX_NAME_BYTES / 3 + 1);
    for text in [
        "", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/./b", "a\\b", "a\0b", "a\nb",
        &long, &deep, &escaped,
    ] {
        assert!(Key::parse(text).is_err(), "{text:?}");
    }
}
