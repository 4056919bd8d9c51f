//! Tests of the replayer: matchers, placeholders, variables, minted tokens, raw bodies.

use rstest::rstest;
use serde_json::{Value, json};

use super::exchange::Exchange;
use super::matcher::Diff;
use super::patterns::text_matches;
use super::send::{bytes_literal, filled, is_json_string, request_of};
use super::tokens::{BROKEN, BROKEN_REFRESH, broken, check_claims, parts};
use super::vars::Vars;

fn errors(want: Value, got: Value) -> Vec<String> {
    let mut diff = Diff::new(false);
    diff.compare(&want, &got, "body");
    diff.errors
}

#[rstest]
#[case::equal(json!({"a": [1, "x", null, true]}), json!({"a": [1, "x", null, true]}))]
#[case::int(json!("<int>"), json!(7))]
#[case::int_in_a_text(json!("number <int>."), json!("number 12."))]
#[case::jwt(json!("<jwt>"), json!("eyJh.eyJi.x-_1"))]
#[case::hex(json!("<hex40>"), json!("0123456789abcdef0123456789abcdef01234567"))]
#[case::whole_second(json!("<iso8601>"), json!("2024-01-01T00:00:00Z"))]
#[case::fraction(json!("<iso8601>"), json!("2024-01-01T00:00:00.123456Z"))]
#[case::any(json!({"$any": true}), json!([1]))]
#[case::one_of(json!({"$oneof": [1, "<int>", "x"]}), json!("x"))]
#[case::regex(json!({"$re": "https?://[^\\s?]*a\\.png\\?\\S+"}), json!("http://h/x/a.png?sig=1"))]
#[case::kind(json!({"$type": "bool"}), json!(false))]
#[case::open(json!({"$open": {"a": 1}}), json!({"b": 2, "a": 1}))]
#[case::list(json!({"$list": {"$type": "str"}}), json!(["x", "y"]))]
#[case::size(json!({"$size": 2}), json!([1, 2]))]
#[case::ends(json!({"$ends": [1, 3]}), json!([1, 2, 3]))]
#[case::unordered(
    json!({"$unordered": [{"k": "a", "n": "<int>"}, {"k": "b", "n": 2}], "key": "k"}),
    json!([{"k": "b", "n": 2}, {"k": "a", "n": 1}])
)]
fn fits(#[case] want: Value, #[case] got: Value) {
    assert_eq!(errors(want, got), Vec::<String>::new());
}

#[rstest]
#[case::another_value(json!(1), json!(2))]
#[case::another_kind(json!(1), json!(1.0))]
#[case::bool_is_no_int(json!("<int>"), json!(true))]
#[case::text_is_no_int(json!("<int>"), json!("1"))]
#[case::null_is_not_absent(json!({}), json!({"a": null}))]
#[case::missing_key(json!({"a": 1}), json!({}))]
#[case::too_many(json!([1]), json!([1, 1]))]
#[case::too_few(json!([1, 1]), json!([1]))]
#[case::short_fraction(json!("<iso8601>"), json!("2024-01-01T00:00:00.123Z"))]
#[case::no_zone(json!("<iso8601>"), json!("2024-01-01T00:00:00"))]
#[case::trailing_text(json!("<hex40>"), json!("0123456789abcdef0123456789abcdef01234567\n"))]
#[case::one_of_none(json!({"$oneof": [1, 2]}), json!(3))]
#[case::regex_on_a_part(json!({"$re": "a"}), json!("ab"))]
#[case::kind(json!({"$type": "int"}), json!(true))]
#[case::open_without(json!({"$open": {"a": 1}}), json!({"b": 1}))]
#[case::empty_list(json!({"$list": {"$any": true}}), json!([]))]
#[case::list_of_others(json!({"$list": {"$type": "str"}}), json!(["x", 1]))]
#[case::size(json!({"$size": 2}), json!([1]))]
#[case::ends(json!({"$ends": [1, 3]}), json!([1, 2]))]
#[case::ends_of_nothing(json!({"$ends": [1, 1]}), json!([]))]
#[case::unordered_another_name(json!({"$unordered": [{"k": "a"}], "key": "k"}), json!([{"k": "b"}]))]
#[case::unordered_one_too_many(json!({"$unordered": [], "key": "k"}), json!([{"k": "b"}]))]
#[case::unknown_matcher(json!({"$nonsense": 1}), json!(1))]
fn differs(#[case] want: Value, #[case] got: Value) {
    assert_ne!(errors(want, got), Vec::<String>::new());
}

#[test]
fn another_key_order_is_an_error_only_where_it_was_recorded() {
    let (want, got) = (json!({"a": 1, "b": 2}), json!({"b": 2, "a": 1}));

    for (strict, expected) in [(true, (1, 0)), (false, (0, 1))] {
        let mut diff = Diff::new(strict);
        diff.compare(&want, &got, "body");
        assert_eq!((diff.errors.len(), diff.warnings.len()), expected);
    }
}

#[test]
fn a_truncated_text_is_compared_by_its_beginning() {
    assert!(text_matches("<h1>Not Found</h1> <…>", "<h1>Not\n Found</h1> and so on"));
    assert!(!text_matches("<h1>Not Found</h1> <…>", "Not Found"));
}

#[test]
fn special_characters_of_an_expected_text_are_literal() {
    assert!(text_matches("a.b (<int>)", "a.b (1)"));
    assert!(!text_matches("a.b (<int>)", "axb (1)"));
}

#[test]
fn variables_keep_their_type_where_they_stand_alone() {
    let mut vars = Vars::default();
    vars.set("id", 7);
    vars.set("name", "alice");

    let filled =
        vars.fill(&json!({"user": "${id}", "path": "/${id}/${name}/", "list": ["${name}"]}));

    assert_eq!(filled, Ok(json!({"user": 7, "path": "/7/alice/", "list": ["alice"]})));
    assert_eq!(vars.fill(&json!("x ${unknown}")), Err("unknown".to_owned()));
    assert_eq!(vars.fill(&json!("${unknown}")), Err("unknown".to_owned()));
}

const KEY: &str = "a key that is long enough for HS256";
const NOW: i64 = 1_800_000_000;

/// Returns a valid token, by applying a change that has no effect.
fn sound() -> String {
    let claims = json!({
        "token_type": "access", "exp": NOW + 3600, "iat": NOW, "jti": "j", "user_id": "12",
        "sub": "0198c7a8-0000-7000-8000-000000000000", "sid": "s",
    });
    let header = r#"{"alg":"HS256","typ":"JWT"}"#;
    super::tokens::sign(
        serde_json::from_str::<Value>(header).unwrap().as_object().unwrap(),
        claims.as_object().unwrap(),
        KEY,
    )
    .unwrap()
}

#[rstest]
#[case("expired", "exp", Some(json!(NOW - 3600)))]
#[case("nojti", "jti", None)]
#[case("noexp", "exp", None)]
#[case("notype", "token_type", None)]
#[case("nouser", "user_id", None)]
#[case("nouser", "sub", None)]
#[case("intuser", "user_id", Some(json!(12)))]
#[case("ghost", "user_id", Some(json!("999999")))]
#[case("baduser", "user_id", Some(json!("abc")))]
#[case("baduser", "sub", Some(json!("abc")))]
#[case("nbf-future", "nbf", Some(json!(4_102_444_800_i64)))]
#[case("iat-future", "iat", Some(json!(4_102_444_800_i64)))]
fn breaks_one_claim(#[case] name: &str, #[case] claim: &str, #[case] expected: Option<Value>) {
    let defect = BROKEN.iter().find(|(known, _)| *known == name).unwrap().1;

    let token = broken(&sound(), defect, KEY, NOW).unwrap();

    assert_eq!(parts(&token).unwrap().1.get(claim), expected.as_ref());
}

#[test]
fn signs_with_the_algorithm_in_the_header() {
    let sound = sound();
    let breaking = |name: &str| {
        let defect = BROKEN.iter().find(|(known, _)| *known == name).unwrap().1;
        broken(&sound, defect, KEY, NOW).unwrap()
    };
    let signature = |token: &str| token.rsplit('.').next().unwrap().len();

    assert_eq!(signature(&sound), 43);
    assert_eq!(signature(&breaking("algnone")), 0);
    assert_eq!(signature(&breaking("hs512")), 86);
    let (other, same) = (breaking("badsig"), sound.rsplit_once('.').unwrap().0);
    assert!(other.starts_with(same) && other != sound);
    assert!(BROKEN_REFRESH.iter().all(|name| BROKEN.iter().any(|(known, _)| known == name)));
}

#[test]
fn checks_the_claims_of_every_token_in_a_response() {
    let mut diff = Diff::default();
    check_claims(&json!({"user": {"tokens": {"access": sound()}}}), &mut diff, "body");
    assert_eq!(diff.errors, Vec::<String>::new());

    check_claims(&json!([{"refresh": sound()}]), &mut diff, "body");
    assert_eq!(diff.errors.len(), 2, "kind and lifetime: {:?}", diff.errors);
}

#[rstest]
#[case(r#"b'{"a": "\xff"}'"#, Some(b"{\"a\": \"\xff\"}".as_slice()))]
#[case(r#"b"it's\n\\""#, Some(b"it's\n\\".as_slice()))]
#[case("hello", None)]
#[case("b", None)]
#[case("b'", None)]
fn reads_a_python_bytes_literal(#[case] text: &str, #[case] bytes: Option<&[u8]>) {
    assert_eq!(bytes_literal(text).as_deref(), bytes);
}

/// Returns the body sent for a line with this id, type and body.
fn sent(id: &str, kind: &str, body: &Value) -> Option<String> {
    let line = json!({
        "id": id, "surface": "s",
        "request": {"method": "POST", "path": "/", "headers": {"Content-Type": kind}, "body": body},
        "response": {"status": 200, "headers": {}, "body": null},
        "expect": [{"basis": "recording", "status": 200, "headers": {}}],
    });
    let exchange = Exchange::read(&line.to_string()).unwrap();
    let recorded = filled(&exchange, &Vars::default()).unwrap();
    let request = request_of(&recorded, is_json_string(&exchange));
    request.body.map(|body| String::from_utf8(body).unwrap())
}

#[test]
fn sends_bodies_as_they_were_recorded() {
    let json_type = "application/json";
    let form = "application/x-www-form-urlencoded";

    assert_eq!(sent("x", json_type, &Value::Null), None);
    assert_eq!(sent("x", json_type, &json!("{\"a\": ")).unwrap(), "{\"a\": ");
    assert_eq!(sent("x.body.string", json_type, &json!("x")).unwrap(), "\"x\"");
    assert_eq!(sent("x", json_type, &json!({"a": null})).unwrap(), "{\"a\":null}");
    assert_eq!(sent("x", form, &json!({"e": "a@b c", "n": 1})).unwrap(), "e=a%40b+c&n=1");
}

#[test]
fn rejects_a_line_without_an_expectation() {
    let line = r#"{"id":"x","surface":"s","request":{"method":"GET","path":"/","headers":{},"body":null},"response":{"headers":{}}}"#;

    assert_eq!(Exchange::read(line).unwrap_err(), "x: no `expect`".to_owned());
}
