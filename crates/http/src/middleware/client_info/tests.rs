use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use rstest::rstest;

use super::{forwarded, request_id};

fn headers(name: &'static str, value: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(
        HeaderName::from_static(name),
        HeaderValue::from_str(value).unwrap(),
    );
    headers
}

#[rstest]
#[case("10.0.0.1", "203.0.113.9", "203.0.113.9")]
#[case("10.0.0.1", "6.6.6.6, 203.0.113.9", "203.0.113.9")]
#[case("10.0.0.1", "203.0.113.9, 10.0.0.2", "203.0.113.9")]
#[case("198.51.100.7", "203.0.113.9", "198.51.100.7")]
#[case("10.0.0.1", "nonsense", "10.0.0.1")]
fn believes_trusted_proxies_only(#[case] peer: &str, #[case] line: &str, #[case] address: &str) {
    let headers = headers("x-forwarded-for", line);
    let is_trusted = |ip: std::net::IpAddr| ip.to_string().starts_with("10.");
    let found = forwarded(peer.parse().unwrap(), &headers, is_trusted);
    assert_eq!(found.to_string(), address);
}

#[test]
fn keeps_a_decent_request_id() {
    assert_eq!(request_id(&headers("x-request-id", "abc-1_2")), "abc-1_2");
    let made = request_id(&headers("x-request-id", "a b"));
    assert_eq!(made.len(), 32);
    assert_eq!(
        request_id(&headers("x-request-id", &"a".repeat(65))).len(),
        32
    );
}
