//! Texts and numbers that are read as integers, and the errors of all others.

use rstest::rstest;

use super::{in_path, number};
use loggia_http::{error::Code, request::Input};

fn numeral(text: &str) -> Input {
    Input::Number(text.to_owned())
}

fn text(text: &str) -> Input {
    Input::Text(text.to_owned())
}

#[rstest]
#[case(numeral("1"), 1)]
#[case(numeral("-7"), -7)]
#[case(numeral("2.0"), 2)]
#[case(numeral("3e2"), 300)]
#[case(numeral("99999999999999999999999"), 0)]
#[case(numeral("1e300"), 0)]
#[case(text("1"), 1)]
#[case(text(" +12 "), 12)]
#[case(text("-1"), -1)]
#[case(text("1_000"), 1000)]
#[case(text("4.00"), 4)]
#[case(text("99999999999999999999999"), 0)]
#[case(Input::Bool(true), 1)]
fn passes_for_a_whole_number(#[case] input: Input, #[case] value: i64) {
    assert_eq!(number(&input), Ok(value));
}

#[rstest]
#[case(numeral("1.5"), Code::NotWhole)]
#[case(numeral("1e999"), Code::NotWhole)]
#[case(text(""), Code::NotAnInteger)]
#[case(text("one"), Code::NotAnInteger)]
#[case(text("1."), Code::NotAnInteger)]
#[case(text("1.5"), Code::NotAnInteger)]
#[case(text("_1"), Code::NotAnInteger)]
#[case(text("1__0"), Code::NotAnInteger)]
#[case(text("--1"), Code::NotAnInteger)]
#[case(Input::Null, Code::NotANumber)]
#[case(Input::List(vec![]), Code::NotANumber)]
#[case(Input::Object, Code::NotANumber)]
fn is_no_whole_number(#[case] input: Input, #[case] code: Code) {
    assert_eq!(number(&input), Err(code));
}

#[test]
fn a_part_of_the_path_is_named_where_it_is_none() {
    assert_eq!(in_path("tag_id", "12"), Ok(12));
    let faults = in_path("tag_id", "x").unwrap_err();
    assert!(faults.has("path/tag_id"));
}
