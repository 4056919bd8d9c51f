//! Tests of the comparison.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use bytes::Bytes;
use rstest::rstest;
use serde_json::{Value, json};

use super::super::exchange::{Alternative, Exchange};
use super::{Mail, check_extras, compare};
use crate::app::Response;
use crate::transcripts::matcher::Diff;

fn response(status: u16, headers: &[(&str, &str)], body: &str) -> Response {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(
            HeaderName::from_bytes(name.as_bytes()).unwrap(),
            HeaderValue::from_str(value).unwrap(),
        );
    }
    Response {
        status: StatusCode::from_u16(status).unwrap(),
        headers: map,
        body: Bytes::copy_from_slice(body.as_bytes()),
    }
}

const JSON: (&str, &str) = ("Content-Type", "application/json");

/// Returns the differences between `got` and the response to `PUT /users/7/` that `want` describes.
fn errors(want: &Value, surface: &str, got: &Response, mails: &[Mail]) -> Vec<String> {
    let line = json!({
        "id": "x", "surface": surface,
        "request": {"method": "PUT", "path": "/users/7/", "headers": {}, "body": {}},
        "response": {"headers": {}},
        "expect": [want],
    });
    let exchange = Exchange::read(&line.to_string()).unwrap();
    let want: &Alternative = &exchange.expect[0];
    compare(want, surface, &exchange.request, got, mails).errors
}

fn expected(headers: &Value) -> Value {
    json!({"basis": "target", "status": 200, "headers": headers})
}

#[rstest]
#[case::same(json!({"Allow": "GET, HEAD"}), &[("Allow", "GET, HEAD")])]
#[case::allow_is_a_set(json!({"Allow": "GET, HEAD"}), &[("Allow", "HEAD,GET")])]
#[case::absent(json!({"Allow": null}), &[])]
#[case::not_named(json!({}), &[("Allow", "GET")])]
#[case::parameters(json!({"Content-Type": "application/json"}), &[("Content-Type", "Application/JSON; charset=utf-8")])]
#[case::authority(json!({"Location": "/x/<int>/"}), &[("Location", "http://host/x/3/")])]
fn headers_fit(#[case] want: Value, #[case] got: &[(&str, &str)]) {
    let response = response(200, got, "");

    assert_eq!(errors(&expected(&want), "users", &response, &[]), Vec::<String>::new());
}

#[rstest]
#[case::unexpected(json!({"WWW-Authenticate": null}), &[("WWW-Authenticate", "Bearer")])]
#[case::missing(json!({"WWW-Authenticate": "Bearer"}), &[])]
#[case::another(json!({"WWW-Authenticate": "Bearer"}), &[("WWW-Authenticate", "Token")])]
#[case::fewer_methods(json!({"Allow": "GET, HEAD"}), &[("Allow", "GET")])]
#[case::another_type(json!({"Content-Type": "application/json"}), &[("Content-Type", "text/html")])]
fn headers_differ(#[case] want: Value, #[case] got: &[(&str, &str)]) {
    let response = response(200, got, "");

    assert_eq!(errors(&expected(&want), "users", &response, &[]).len(), 1);
}

#[rstest]
#[case::status(json!({"status": 201}), 200, "")]
#[case::body_where_none_is_due(json!({"status": 200, "body": null}), 200, "{}")]
#[case::no_body(json!({"status": 200, "body": {}}), 200, "")]
#[case::another_body(json!({"status": 200, "body": {"a": 1}}), 200, r#"{"a":2}"#)]
#[case::an_id_that_was_not_requested(json!({"status": 200}), 200, r#"{"id":8}"#)]
#[case::a_token_without_claims(json!({"status": 200}), 200, r#"{"access":"eyJh.eyJi.c"}"#)]
fn responses_differ(#[case] mut want: Value, #[case] status: u16, #[case] body: &str) {
    want["basis"] = json!("recording");
    want["headers"] = json!({});

    let errors = errors(&want, "users", &response(status, &[JSON], body), &[]);

    assert_eq!(errors.len(), 1, "{errors:?}");
}

#[test]
fn a_status_may_be_one_of_several() {
    let mut want = expected(&json!({}));
    want["status"] = json!({"$oneof": [200, 204]});

    for (status, count) in [(200, 0), (204, 0), (205, 1)] {
        let got = response(status, &[], "");
        assert_eq!(errors(&want, "users", &got, &[]).len(), count);
    }
}

fn mail(text: &str) -> Mail {
    Mail {
        to: "alice@example.com".to_owned(),
        subject: "Password reset on Loggia".to_owned(),
        text: text.to_owned(),
        has_html: true,
    }
}

#[test]
fn mails_are_compared_by_recipient_subject_and_link() {
    let mut want = expected(&json!({}));
    want["mail"] = json!([{"to": ["alice@example.com"], "subject": "Password reset on <text>"}]);
    let got = response(200, &[], "");
    let linked = || mail("http://x/#/password/reset/confirm/MQ/tok-en");
    let errors = |mails: &[Mail]| errors(&want, "djoser", &got, mails).len();

    assert_eq!(errors(&[linked()]), 0);
    assert_eq!(errors(&[]), 1, "none");
    assert_eq!(errors(&[linked(), linked()]), 1, "one too many");
    assert_eq!(errors(&[mail("no link")]), 1);
    let elsewhere = Mail { to: "bob@example.com".to_owned(), ..linked() };
    assert_eq!(errors(&[elsewhere]), 1);
    let other_subject = Mail { subject: "Hello".to_owned(), ..linked() };
    assert_eq!(errors(&[other_subject]), 1);
}

#[test]
fn every_recorded_header_counts_where_all_were_recorded() {
    let recorded = json!({"X-Frame-Options": "DENY", "Vary": "Accept"});
    let mut diff = Diff::default();

    check_extras(
        recorded.as_object().unwrap(),
        &response(200, &[("X-Frame-Options", "DENY"), ("Vary", "Cookie")], ""),
        &mut diff,
    );

    assert_eq!(diff.errors.len(), 1, "{:?}", diff.errors);
}
