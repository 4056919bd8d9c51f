use rstest::rstest;

use super::Username;
use crate::{Email, ParseError};

#[rstest]
#[case("alice", "alice")]
#[case(" a.b@c+d-e_f ", "a.b@c+d-e_f")]
#[case("ﬁne", "fine")]
#[case("Ωmega", "Ωmega")]
fn takes_a_name(#[case] raw: &str, #[case] stored: &str) {
    assert_eq!(Username::parse(raw).unwrap().as_str(), stored);
}

#[rstest]
#[case("", ParseError::Blank)]
#[case("a b", ParseError::Malformed)]
#[case("a/b", ParseError::Malformed)]
#[case("a\u{202e}b", ParseError::Malformed)]
fn refuses_the_rest(#[case] raw: &str, #[case] error: ParseError) {
    assert_eq!(Username::parse(raw), Err(error));
}

#[test]
fn holds_150_characters_and_no_more() {
    assert!(Username::parse(&"ü".repeat(150)).is_ok());
    assert_eq!(Username::parse(&"ü".repeat(151)), Err(ParseError::TooLong { max: 150 }));
}

#[rstest]
#[case("jane.doe@example.com", "jane.doe")]
#[case("Alice.Smith+x@example.com", "Alice.Smithx")]
#[case("-@example.com", "user")]
fn derives_one_from_an_address(#[case] email: &str, #[case] name: &str) {
    let email = Email::parse(email).unwrap();
    assert_eq!(Username::from_local_part(&email).as_str(), name);
}

#[test]
fn a_suffix_keeps_to_the_limit() {
    let name = Username::parse(&"a".repeat(50)).unwrap();
    let next = name.with_suffix(12, 50);
    assert_eq!(next.as_str(), format!("{}-12", "a".repeat(47)));
}
