use loggia_kernel::Change;
use rstest::rstest;
use serde::Deserialize;

use super::{
    Boolean, Fields, Input, Nullable, NullableOrBlank, Optional, OptionalOrBlank, Partial, Pks,
    Raw, Required, Text, strict,
};
use crate::error::{Code, FieldErrors};

#[derive(Debug, Deserialize)]
struct Body {
    name: Required<Text<5>>,
    #[serde(rename = "is-public")]
    public: Optional<Boolean>,
    about: OptionalOrBlank<Text>,
    note: Nullable<strict::Text<5>>,
    place: NullableOrBlank<strict::Text<5>>,
    ids: Optional<Pks>,
    raw: Raw<Text>,
}

fn json(text: &str) -> (Body, Vec<String>) {
    let members = serde_json::from_str(text).unwrap();
    Fields::json(members).read().unwrap()
}

fn form(fields: &[(&str, &str)]) -> Body {
    let fields =
        fields.iter().map(|(name, value)| ((*name).to_owned(), Input::Text((*value).to_owned())));
    Fields::form(fields.collect()).read().unwrap().0
}

fn errors(errors: &FieldErrors) -> Vec<(&str, Vec<Code>)> {
    let errors = errors.iter();
    errors.map(|(name, codes)| (name, codes.to_vec())).collect()
}

#[test]
fn a_field_knows_its_name_as_serde_renames_it() {
    let (body, _) = json(r#"{"is-public": "maybe"}"#);
    let mut found = FieldErrors::default();
    assert_eq!(body.public.read(&mut found), None);
    assert_eq!(body.name.read(&mut found), None);
    body.raw.add(&mut found, Code::Malformed);
    let expected = [
        ("is-public", vec![Code::NotABoolean]),
        ("name", vec![Code::Required]),
        ("raw", vec![Code::Malformed]),
    ];
    assert_eq!(errors(&found), expected);
}

#[test]
fn every_kind_of_json_reaches_a_field_as_what_it_is() {
    for (text, input) in [
        ("null", Input::Null),
        ("true", Input::Bool(true)),
        ("12.50", Input::Number("12.50".to_owned())),
        (r#""a""#, Input::Text("a".to_owned())),
        (r#""\ud800""#, Input::BrokenText(0xD800)),
        (r#"{"a": 1}"#, Input::Object),
        (
            r#"[1, null, "\udc00", []]"#,
            Input::List(vec![
                Input::Number("1".to_owned()),
                Input::Null,
                Input::BrokenText(0xDC00),
                Input::List(Vec::new()),
            ]),
        ),
    ] {
        let (body, _) = json(&format!(r#"{{"raw": {text}}}"#));
        assert_eq!(*body.raw.input(), input);
    }
    assert_eq!(*json("{}").0.raw.input(), Input::Absent);
}

#[test]
fn unknown_keys_are_returned_in_order() {
    let (_, unknown) = json(r#"{"zoo": 1, "name": "a", "Name": 2, "public": true}"#);
    assert_eq!(unknown, ["Name", "public", "zoo"]);
    let repeated = vec![
        ("b".to_owned(), Input::Null),
        ("b".to_owned(), Input::Null),
        ("a".to_owned(), Input::Null),
    ];
    let (_, unknown) = Fields::form(repeated).read::<Body>().unwrap();
    assert_eq!(unknown, ["a", "b"]);
}

#[test]
fn a_form_gives_the_last_value_or_a_list_of_all() {
    let body = form(&[("name", "a"), ("ids", "1"), ("name", "b"), ("ids", "2")]);
    let mut found = FieldErrors::default();
    assert_eq!(body.name.read(&mut found).as_deref(), Some("b"));
    let ids = body.ids.read(&mut found).unwrap().ids();
    assert_eq!(ids.into_iter().collect::<Vec<_>>(), [1, 2]);
    let one = form(&[("ids", "3")]);
    let ids = one.ids.read(&mut found).unwrap().ids();
    assert_eq!(ids.into_iter().collect::<Vec<_>>(), [3]);
    assert_eq!(*form(&[]).ids.input(), Input::Absent);
    assert!(found.is_empty());
}

#[test]
fn a_query_locates_its_errors() {
    let (body, _): (Body, _) = Fields::query("name=toolong&name=longer+still&x=1").read().unwrap();
    let mut found = FieldErrors::default();
    assert_eq!(body.name.read(&mut found), None);
    assert_eq!(errors(&found), [("query/name", vec![Code::TooLong(5)])]);
}

#[test]
fn nothing_is_required_of_a_partial_body() {
    let members = serde_json::from_str(r#"{"about": ""}"#).unwrap();
    let (Partial(body), _): (Partial<Body>, _) = Fields::json(members).read().unwrap();
    let mut found = FieldErrors::default();
    assert_eq!(body.name.read(&mut found), None);
    assert!(found.is_empty());
    assert_eq!(body.about.read(&mut found), Change::Clear);
    let members = serde_json::from_str(r#"{"name": null}"#).unwrap();
    let (Partial(body), _): (Partial<Body>, _) = Fields::json(members).read().unwrap();
    assert_eq!(body.name.read(&mut found), None);
    assert_eq!(errors(&found), [("name", vec![Code::Null])]);
}

fn owned(change: Change<&str>) -> Change<String> {
    match change {
        Change::Keep => Change::Keep,
        Change::Clear => Change::Clear,
        Change::Set(text) => Change::Set(text.to_owned()),
    }
}

#[rstest]
#[case("{}", Change::Keep, None)]
#[case(r#"{"about": "  "}"#, Change::Clear, Some(""))]
#[case(r#"{"about": " a "}"#, Change::Set("a"), Some("a"))]
fn blank_is_empty_where_it_may_be(
    #[case] body: &str,
    #[case] change: Change<&str>,
    #[case] text: Option<&str>,
) {
    let (body, _) = json(body);
    let mut found = FieldErrors::default();
    assert_eq!(body.about.read(&mut found), owned(change));
    assert_eq!(body.about.read_or_empty(&mut found).as_deref(), text);
    assert!(found.is_empty());
}

#[test]
fn null_is_empty_where_it_may_be() {
    let mut found = FieldErrors::default();
    let (body, _) = json(r#"{"note": null, "place": null}"#);
    assert_eq!(body.note.read(&mut found), Change::Clear);
    assert_eq!(body.note.read_or_empty(&mut found).as_deref(), Some(""));
    assert_eq!(body.place.read(&mut found), Change::Clear);
    let (body, _) = json(r#"{"note": " ", "place": " "}"#);
    assert_eq!(body.note.read(&mut found), Change::Set(" ".to_owned()));
    assert_eq!(body.place.read(&mut found), Change::Clear);
    assert_eq!(body.place.read_text(&mut found), None);
    let (body, _) = json("{}");
    assert_eq!(body.note.read(&mut found), Change::Keep);
    assert_eq!(body.place.read(&mut found), Change::Keep);
    assert!(found.is_empty());
    let (body, _) = json(r#"{"place": "      ", "about": null}"#);
    assert_eq!(body.place.read(&mut found), Change::Keep);
    assert_eq!(body.about.read(&mut found), Change::Keep);
    let expected = [("place", vec![Code::TooLong(5)]), ("about", vec![Code::Null])];
    assert_eq!(errors(&found), expected);
}
