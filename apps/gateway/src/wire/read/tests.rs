use loggia_kernel::{Change, Email};
use rstest::rstest;

use super::{Input, Read};
use crate::problem::{Code, FieldErrors};

fn text(text: &str) -> Input {
    Input::Text(text.to_owned())
}

#[rstest]
#[case(Input::Absent, Code::Required)]
#[case(Input::Null, Code::Null)]
#[case(text("  "), Code::Blank)]
#[case(Input::Bool(true), Code::NotText)]
#[case(Input::List, Code::NotText)]
#[case(text("a\0b"), Code::NullCharacter)]
#[case(Input::BrokenText(0xD800), Code::Surrogate(0xD800))]
#[case(text("abcdef"), Code::TooLong(5))]
fn refuses_what_is_no_text(#[case] input: Input, #[case] code: Code) {
    let mut faults = FieldErrors::default();
    assert_eq!(
        Read::REQUIRED.max(5).text(&mut faults, "name", &input),
        None
    );
    assert_eq!(faults.iter().collect::<Vec<_>>(), [("name", &[code][..])]);
}

#[test]
fn takes_a_number_for_a_text_and_trims() {
    let mut faults = FieldErrors::default();
    let number = Input::Number("12345".to_owned());
    assert_eq!(
        Read::REQUIRED.text(&mut faults, "name", &number).as_deref(),
        Some("12345")
    );
    assert_eq!(
        Read::REQUIRED
            .text(&mut faults, "name", &text(" a "))
            .as_deref(),
        Some("a")
    );
    assert!(faults.is_empty());
}

#[test]
fn tells_an_absent_address_from_an_empty_one() {
    let mut faults = FieldErrors::default();
    let rule = Read::OPTIONAL_OR_BLANK;
    assert_eq!(
        rule.email(&mut faults, "email", &Input::Absent),
        Change::Keep
    );
    assert_eq!(rule.email(&mut faults, "email", &text("")), Change::Clear);
    assert_eq!(
        rule.email(&mut faults, "email", &text("a@B.org")),
        Change::Set(Email::parse("a@b.org").unwrap())
    );
    assert!(faults.is_empty());
    assert_eq!(
        rule.email(&mut faults, "email", &Input::Bool(true)),
        Change::Keep
    );
    assert_eq!(
        faults.iter().collect::<Vec<_>>(),
        [("email", &[Code::NotAnEmail][..])]
    );
}
