use proptest::prelude::*;
use rstest::rstest;

use super::Email;
use crate::ParseError;

#[rstest]
#[case("a@example.com", "a@example.com")]
#[case("  A.b+c@EXAMPLE.Com ", "A.b+c@example.com")]
#[case("\"very\\ odd\"@example.com", "\"very\\ odd\"@example.com")]
#[case("a@localhost", "a@localhost")]
#[case("a@[127.0.0.1]", "a@[127.0.0.1]")]
#[case("a@münchen.de", "a@münchen.de")]
fn takes_an_address(#[case] raw: &str, #[case] stored: &str) {
    assert_eq!(Email::parse(raw).unwrap().as_str(), stored);
}

#[rstest]
#[case("", ParseError::Blank)]
#[case("   ", ParseError::Blank)]
#[case("notanemail", ParseError::Malformed)]
#[case("@example.com", ParseError::Malformed)]
#[case("a@", ParseError::Malformed)]
#[case("a@b", ParseError::Malformed)]
#[case("a@b.c", ParseError::Malformed)]
#[case("a..b@example.com", ParseError::Malformed)]
#[case("a@-b.com", ParseError::Malformed)]
#[case("a@b-.com", ParseError::Malformed)]
#[case("a b@example.com", ParseError::Malformed)]
#[case("a@exam ple.com", ParseError::Malformed)]
#[case("a@example.com\r\nBcc: x@y.org", ParseError::Malformed)]
#[case("\"a\r\n\"@example.com", ParseError::Malformed)]
fn refuses_the_rest(#[case] raw: &str, #[case] error: ParseError) {
    assert_eq!(Email::parse(raw), Err(error));
}

#[test]
fn holds_254_characters_and_no_more() {
    let domain = "@example.com";
    let fits = format!("{}{domain}", "a".repeat(Email::MAX_CHARS - domain.len()));
    assert!(Email::parse(&fits).is_ok());
    assert_eq!(Email::parse(&format!("a{fits}")), Err(ParseError::TooLong { max: 254 }));
}

#[test]
fn keeps_the_local_part_out_of_logs() {
    let email = Email::parse("jane@example.com").unwrap();
    assert_eq!(format!("{email:?}"), "Email(…@example.com)");
}

proptest! {
    #[test]
    fn a_parsed_address_parses_to_itself(raw in "\\PC{0,40}@\\PC{0,40}") {
        if let Ok(email) = Email::parse(&raw) {
            prop_assert_eq!(Email::parse(email.as_str()), Ok(email));
        }
    }
}
