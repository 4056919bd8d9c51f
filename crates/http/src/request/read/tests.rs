use loggia_kernel::{Change, Email};
use rstest::rstest;

use super::{Input, Read};
use crate::error::{Code, FieldErrors};

fn text(text: &str) -> Input {
    Input::Text(text.to_owned())
}

#[rstest]
#[case(Input::Absent, Code::Required)]
#[case(Input::Null, Code::Null)]
#[case(text("  "), Code::Blank)]
#[case(Input::Bool(true), Code::NotText)]
#[case(Input::List(vec![]), Code::NotText)]
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

#[rstest]
#[case(Input::Bool(true), true)]
#[case(text("yes"), true)]
#[case(text(" ON "), true)]
#[case(Input::Number("1".to_owned()), true)]
#[case(Input::Bool(false), false)]
#[case(text("No"), false)]
#[case(text("0"), false)]
fn reads_what_passes_for_true_or_false(#[case] input: Input, #[case] value: bool) {
    let mut faults = FieldErrors::default();
    assert_eq!(
        Read::OPTIONAL.boolean(&mut faults, "field", &input),
        Some(value)
    );
    assert!(faults.is_empty());
}

#[rstest]
#[case(Input::Null, Code::Null)]
#[case(text(""), Code::NotABoolean)]
#[case(text("maybe"), Code::NotABoolean)]
#[case(Input::Number("2".to_owned()), Code::NotABoolean)]
#[case(Input::List(vec![]), Code::NotABoolean)]
fn refuses_what_is_neither_true_nor_false(#[case] input: Input, #[case] code: Code) {
    let mut faults = FieldErrors::default();
    assert_eq!(Read::OPTIONAL.boolean(&mut faults, "field", &input), None);
    let mut expected = FieldErrors::default();
    expected.add("field", code);
    assert_eq!(faults, expected);
}

#[rstest]
#[case(text(" Web_2-x "), Some("Web_2-x"), &[])]
#[case(Input::Number("12345".to_owned()), Some("12345"), &[])]
#[case(Input::Absent, None, &[])]
#[case(Input::Null, None, &[Code::Null])]
#[case(text(" "), None, &[Code::Blank])]
#[case(Input::Bool(true), None, &[Code::NotASlug])]
#[case(Input::Object, None, &[Code::NotASlug])]
#[case(text("a b"), None, &[Code::NotASlug])]
#[case(text("a\0"), None, &[Code::NullCharacter, Code::NotASlug])]
#[case(text(&"x".repeat(51)), None, &[Code::TooLong(50)])]
#[case(text(&"ä".repeat(51)), None, &[Code::TooLong(50), Code::NotASlug])]
fn reads_a_slug(#[case] input: Input, #[case] slug: Option<&str>, #[case] codes: &[Code]) {
    let mut faults = FieldErrors::default();
    let read = Read::OPTIONAL.slug(&mut faults, "slug", &input);
    assert_eq!(read.as_ref().map(|slug| slug.as_str()), slug);
    let found: Vec<Code> = faults
        .iter()
        .flat_map(|(_, codes)| codes.to_vec())
        .collect();
    assert_eq!(found, codes);
}
