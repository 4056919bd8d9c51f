use actix_web::{
    HttpResponse,
    body::{BoxBody, MessageBody},
};
use rstest::rstest;

use super::{Keep, Known, tagged};

fn known(lines: &[&str]) -> Known {
    Known(lines.iter().map(|line| (*line).to_owned()).collect())
}

fn answer(body: &'static str) -> HttpResponse<BoxBody> {
    HttpResponse::Ok()
        .content_type("application/json")
        .body(body)
}

fn tag(response: &HttpResponse<BoxBody>) -> String {
    let tag = response.headers().get("ETag").unwrap();
    tag.to_str().unwrap().to_owned()
}

#[rstest]
#[case(&[r#"W/"a""#], true)]
#[case(&[r#""a""#], true)]
#[case(&[r#""b" , W/"a""#], true)]
#[case(&[r#""b""#, r#""a""#], true)]
#[case(&["*"], true)]
#[case(&[], false)]
#[case(&[r#""b""#], false)]
#[case(&["a"], false)]
#[case(&[r#"W/"A""#], false)]
fn compares_tags_weakly(#[case] lines: &[&str], #[case] expected: bool) {
    assert_eq!(known(lines).has(r#"W/"a""#), expected);
}

#[test]
fn a_tag_stands_for_the_body_and_what_is_said_of_its_list() {
    let none = known(&[]);
    let first = tag(&tagged(answer("[1]"), &none, Keep::Public));
    assert_eq!(first, tag(&tagged(answer("[1]"), &none, Keep::Private)));
    assert_ne!(first, tag(&tagged(answer("[2]"), &none, Keep::Public)));

    let mut counted = answer("[1]");
    counted
        .headers_mut()
        .insert("X-Total-Count".parse().unwrap(), "2".parse().unwrap());
    assert_ne!(first, tag(&tagged(counted, &none, Keep::Public)));
}

#[test]
fn of_what_the_client_has_only_the_headers_remain() {
    let first = tagged(answer("[1]"), &known(&[]), Keep::Public);
    assert_eq!(first.status(), 200);

    let second = tagged(answer("[1]"), &known(&[&tag(&first)]), Keep::Public);

    assert_eq!(second.status(), 304);
    for name in ["ETag", "Cache-Control", "Vary"] {
        assert_eq!(second.headers().get(name), first.headers().get(name));
    }
    assert!(!second.headers().contains_key("Content-Type"));
    assert!(second.into_body().try_into_bytes().unwrap().is_empty());
}
