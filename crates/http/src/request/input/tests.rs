use std::collections::HashMap;

use rstest::rstest;
use serde_json::value::RawValue;

use super::Input;

#[rstest]
#[case("null", Input::Null)]
#[case("true", Input::Bool(true))]
#[case("[1]", Input::List(vec![Input::Number("1".to_owned())]))]
#[case(r#"[ [], "a", null ]"#, Input::List(vec![Input::List(vec![]), Input::Text("a".to_owned()), Input::Null]))]
#[case("{}", Input::Object)]
#[case("12.50", Input::Number("12.50".to_owned()))]
#[case("99999999999999999999999", Input::Number("99999999999999999999999".to_owned()))]
#[case(r#""a\u00e9\ud83d\ude00""#, Input::Text("aé😀".to_owned()))]
#[case(r#""a\ud800b""#, Input::BrokenText(0xD800))]
#[case(r#""\ud83d\ude00\udc00""#, Input::BrokenText(0xDC00))]
#[case(r#""\\ud800""#, Input::Text("\\ud800".to_owned()))]
fn reads_a_value_as_what_it_is(#[case] json: &str, #[case] input: Input) {
    let body = format!(r#"{{"field": {json}}}"#);
    let fields: HashMap<String, Box<RawValue>> = serde_json::from_str(&body).unwrap();
    assert_eq!(Input::of_raw(&fields["field"]), input);
}
