use loggia_kernel::Email as Address;
use rstest::rstest;

use super::super::strict;
use super::{Boolean, Choice, Code, Email, Input, Kind, Password, Slug, Text, Username, passwords};

fn text(text: &str) -> Input {
    Input::Text(text.to_owned())
}

#[rstest]
#[case(Input::Null, Code::Null)]
#[case(text("  "), Code::Blank)]
#[case(Input::Bool(true), Code::NotText)]
#[case(Input::List(vec![]), Code::NotText)]
#[case(Input::Object, Code::NotText)]
#[case(text("a\0b"), Code::NullCharacter)]
#[case(Input::BrokenText(0xD800), Code::Surrogate(0xD800))]
#[case(text("abcdef"), Code::TooLong(5))]
fn refuses_what_is_not_a_text(#[case] input: Input, #[case] code: Code) {
    assert_eq!(Text::<5>::parse(&input), Err(vec![code]));
}

#[test]
fn takes_a_number_for_a_text_and_trims() {
    let number = Input::Number("12345".to_owned());
    assert_eq!(Text::<5>::parse(&number), Ok("12345".to_owned()));
    assert_eq!(Text::<5>::parse(&text(" äöüßé ")), Ok("äöüßé".to_owned()));
}

#[test]
fn reports_everything_that_is_wrong_with_a_text() {
    let codes = vec![Code::TooLong(5), Code::NullCharacter];
    assert_eq!(Text::<5>::parse(&text("abcdef\0")), Err(codes));
}

#[rstest]
#[case(text(" a@B.org "), Ok("a@b.org"))]
#[case(Input::Bool(true), Err(vec![Code::NotAnEmail]))]
#[case(text("a"), Err(vec![Code::NotAnEmail]))]
#[case(text(""), Err(vec![Code::Blank]))]
fn reads_an_email(#[case] input: Input, #[case] outcome: Result<&str, Vec<Code>>) {
    let email = outcome.map(|email| Address::parse(email).unwrap());
    assert_eq!(Email::parse(&input), email);
}

#[rstest]
#[case(text(" Ann.B+c "), Ok("Ann.B+c"))]
#[case(text("a b"), Err(vec![Code::NotAUsername]))]
#[case(text("a\0"), Err(vec![Code::NotAUsername, Code::NullCharacter]))]
#[case(Input::BrokenText(0xD800), Err(vec![Code::NotAUsername, Code::Surrogate(0xD800)]))]
#[case(text(&"x".repeat(151)), Err(vec![Code::TooLong(150)]))]
#[case(Input::Object, Err(vec![Code::NotText]))]
fn reads_a_username(#[case] input: Input, #[case] outcome: Result<&str, Vec<Code>>) {
    let username = Username::parse(&input).map(|username| username.to_string());
    assert_eq!(username, outcome.map(str::to_owned));
}

#[test]
fn a_password_is_trimmed_and_of_limited_length() {
    let password: passwords::Password = Password::<1>::parse(&text(" secret ")).unwrap();
    assert_eq!(password.expose(), "secret");
    let max = passwords::Password::MAX_BYTES;
    let long = text(&"x".repeat(max + 1));
    let codes = Password::<1>::parse(&long).map(drop);
    assert_eq!(codes, Err(vec![Code::TooLong(max)]));
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
    assert_eq!(Boolean::parse(&input), Ok(value));
}

#[rstest]
#[case(Input::Null, Code::Null)]
#[case(text(""), Code::NotABoolean)]
#[case(text("maybe"), Code::NotABoolean)]
#[case(Input::Number("2".to_owned()), Code::NotABoolean)]
#[case(Input::List(vec![]), Code::NotABoolean)]
fn refuses_what_is_neither_true_nor_false(#[case] input: Input, #[case] code: Code) {
    assert_eq!(Boolean::parse(&input), Err(vec![code]));
}

#[rstest]
#[case(text(" a "), Ok(" a "))]
#[case(Input::Number("1".to_owned()), Ok("1"))]
#[case(text(""), Err(Code::NotAChoice(String::new())))]
#[case(text("a\0"), Err(Code::NullCharacter))]
#[case(Input::Bool(true), Err(Code::NotAChoice("True".to_owned())))]
#[case(Input::List(vec![Input::Null]), Err(Code::NotAChoice("[...]".to_owned())))]
#[case(Input::Null, Err(Code::Null))]
fn shows_a_choice_as_python_writes_it(#[case] input: Input, #[case] outcome: Result<&str, Code>) {
    let outcome = outcome.map(str::to_owned).map_err(|code| vec![code]);
    assert_eq!(Choice::parse(&input), outcome);
}

#[rstest]
#[case(text(" Web_2-x "), Ok("Web_2-x"))]
#[case(Input::Number("12345".to_owned()), Ok("12345"))]
#[case(Input::Null, Err(vec![Code::Null]))]
#[case(text(" "), Err(vec![Code::Blank]))]
#[case(Input::Bool(true), Err(vec![Code::NotASlug]))]
#[case(text("a b"), Err(vec![Code::NotASlug]))]
#[case(text("a\0"), Err(vec![Code::NullCharacter, Code::NotASlug]))]
#[case(text(&"x".repeat(51)), Err(vec![Code::TooLong(50)]))]
#[case(text(&"ä".repeat(51)), Err(vec![Code::TooLong(50), Code::NotASlug]))]
fn reads_a_slug(#[case] input: Input, #[case] outcome: Result<&str, Vec<Code>>) {
    let slug = Slug::parse(&input).map(|slug| slug.to_string());
    assert_eq!(slug, outcome.map(str::to_owned));
}

#[rstest]
#[case(text(" a "), Ok(" a "))]
#[case(text(""), Ok(""))]
#[case(Input::Null, Err(Code::NotText))]
#[case(Input::Number("1".to_owned()), Err(Code::NotText))]
#[case(Input::BrokenText(0xD800), Err(Code::NotText))]
#[case(text("a\0"), Err(Code::NullCharacter))]
#[case(text("   a  "), Err(Code::TooLong(5)))]
fn a_strict_text_is_a_json_string(#[case] input: Input, #[case] outcome: Result<&str, Code>) {
    let outcome = outcome.map(str::to_owned).map_err(|code| vec![code]);
    assert_eq!(strict::Text::<5>::parse(&input), outcome);
}

crate::choices! {
    Direction: bool { "asc" => true, "desc" => false }
}

#[rstest]
#[case(Input::Text("desc".to_owned()), Some(false))]
#[case(Input::Text("DESC".to_owned()), None)]
#[case(Input::Text(String::new()), None)]
#[case(Input::Null, None)]
fn a_choice_is_one_of_the_texts(#[case] input: Input, #[case] value: Option<bool>) {
    let outcome = value.ok_or_else(|| vec![Code::NotOneOf(&["asc", "desc"])]);
    assert_eq!(Direction::parse(&input), outcome);
}

#[test]
fn strict_texts_differ_in_the_white_space_that_counts() {
    let spaced = text(" a   b ");
    assert_eq!(strict::NonBlank::<7>::parse(&spaced), Ok(" a   b ".to_owned()));
    assert_eq!(strict::NonBlank::<6>::parse(&spaced), Err(vec![Code::TooLong(6)]));
    assert_eq!(strict::Trimmed::<5>::parse(&spaced), Ok("a   b".to_owned()));
    for blank in ["", "  "].map(text) {
        assert_eq!(strict::NonBlank::<6>::parse(&blank), Err(vec![Code::Blank]));
        assert_eq!(strict::Trimmed::<6>::parse(&blank), Err(vec![Code::Blank]));
    }
    let unchecked = strict::Unchecked::<1, 2>::parse(&spaced);
    assert_eq!(unchecked, Ok(" a   b ".to_owned()));
}
