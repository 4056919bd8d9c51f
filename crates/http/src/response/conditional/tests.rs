use actix_web::{
    FromRequest, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::Payload,
    http::header::EntityTag,
    test::TestRequest,
};
use rstest::rstest;

use super::{Keep, Known, tagged};

fn known(lines: &[&str]) -> Known {
    let request = lines.iter().fold(TestRequest::get(), |request, line| {
        request.append_header(("If-None-Match", line.as_bytes()))
    });
    let known = Known::from_request(&request.to_http_request(), &mut Payload::None);
    known.into_inner().unwrap()
}

fn response(body: &'static str) -> HttpResponse<BoxBody> {
    HttpResponse::Ok().content_type("application/json").body(body)
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
#[case(&["\"a\", \u{ff}"], false)]
fn compares_tags_weakly(#[case] lines: &[&str], #[case] expected: bool) {
    let tag = EntityTag::new_weak("a".to_owned());
    assert_eq!(known(lines).has(&tag), expected);
}

#[test]
fn the_tag_depends_on_the_body_and_on_the_headers_of_a_list() {
    let none = known(&[]);
    let first = tag(&tagged(response("[1]"), &none, Keep::Public));
    assert_eq!(first, tag(&tagged(response("[1]"), &none, Keep::Private)));
    assert_ne!(first, tag(&tagged(response("[2]"), &none, Keep::Public)));

    let mut counted = response("[1]");
    counted.headers_mut().insert("X-Total-Count".parse().unwrap(), "2".parse().unwrap());
    assert_ne!(first, tag(&tagged(counted, &none, Keep::Public)));
}

#[test]
fn a_response_that_the_client_has_loses_its_body() {
    let first = tagged(response("[1]"), &known(&[]), Keep::Public);
    assert_eq!(first.status(), 200);

    let second = tagged(response("[1]"), &known(&[&tag(&first)]), Keep::Public);

    assert_eq!(second.status(), 304);
    for name in ["ETag", "Cache-Control", "Vary"] {
        assert_eq!(second.headers().get(name), first.headers().get(name));
    }
    assert!(!second.headers().contains_key("Content-Type"));
    assert!(second.into_body().try_into_bytes().unwrap().is_empty());
}
