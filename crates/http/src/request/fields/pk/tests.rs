use std::collections::BTreeSet;

use rstest::rstest;

use super::{Input, Kind as _, Pk, Pks};
use crate::error::{Code, Kind};

fn number(text: &str) -> Input {
    Input::Number(text.to_owned())
}

fn text(text: &str) -> Input {
    Input::Text(text.to_owned())
}

#[rstest]
#[case(number("7"), Some(7))]
#[case(text(" 7 "), Some(7))]
#[case(text("007"), Some(7))]
#[case(number("-7"), Some(-7))]
#[case(number("99999999999999999999"), None)]
fn reads_a_number_or_a_text_that_is_one(#[case] input: Input, #[case] id: Option<i64>) {
    assert_eq!(Pk::parse(&input).unwrap().id(), id);
}

#[rstest]
#[case(Input::Null, Code::Null)]
#[case(text(""), Code::Null)]
#[case(text("   "), Code::NotAPk(Kind::Text))]
#[case(text("abc"), Code::NotAPk(Kind::Text))]
#[case(text("1\0"), Code::NotAPk(Kind::Text))]
#[case(number("1.0"), Code::NotAPk(Kind::Float))]
#[case(number("1e3"), Code::NotAPk(Kind::Float))]
#[case(Input::BrokenText(0xD800), Code::NotAPk(Kind::Text))]
#[case(Input::Bool(true), Code::NotAPk(Kind::Bool))]
#[case(Input::List(vec![]), Code::NotAPk(Kind::List))]
#[case(Input::Object, Code::NotAPk(Kind::Object))]
fn refuses_what_is_not_a_number(#[case] input: Input, #[case] code: Code) {
    assert_eq!(Pk::parse(&input), Err(vec![code]));
}

#[rstest]
#[case(vec![], Ok(&[][..]))]
#[case(vec![number("2"), text("1"), number("2")], Ok(&[1, 2][..]))]
#[case(vec![number("3"), Input::Bool(true)], Err(Code::NoSuchPk("3".to_owned())))]
#[case(vec![Input::Bool(true), number("3")], Err(Code::NotAPk(Kind::Bool)))]
#[case(vec![Input::Null], Err(Code::NoSuchPk("None".to_owned())))]
#[case(vec![text("")], Err(Code::NotAPk(Kind::Text)))]
fn reports_the_first_invalid_item_of_a_list(
    #[case] items: Vec<Input>,
    #[case] outcome: Result<&[i64], Code>,
) {
    let pks = Pks::parse(&Input::List(items)).unwrap();
    let outcome = outcome.map(|ids| ids.iter().copied().collect());
    assert_eq!(pks.all_of(&BTreeSet::from([1, 2])), outcome);
}

#[rstest]
#[case(Input::Null, Code::Null)]
#[case(text(""), Code::NotAList(Kind::Text))]
#[case(number("1"), Code::NotAList(Kind::Integer))]
#[case(Input::Object, Code::NotAList(Kind::Object))]
fn refuses_what_is_not_a_list(#[case] input: Input, #[case] code: Code) {
    assert_eq!(Pks::parse(&input), Err(vec![code]));
}
