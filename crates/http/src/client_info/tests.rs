use actix_web::{
    http::header::{HeaderMap, HeaderName, HeaderValue},
    test::TestRequest,
};
use rstest::rstest;

use super::{ClientInfo, forwarded, given_id};

fn headers(name: &'static str, value: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
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

#[rstest]
#[case("abc-1_2", true)]
#[case("a b", false)]
#[case("", false)]
#[case(&"a".repeat(64), true)]
#[case(&"a".repeat(65), false)]
fn keeps_a_well_formed_request_id(#[case] id: &str, #[case] is_kept: bool) {
    let headers = headers("x-request-id", id);
    assert_eq!(given_id(&headers), is_kept.then_some(id));
}

#[test]
fn generates_a_missing_request_id() {
    let request = TestRequest::default().to_srv_request();
    let ids = [(); 2].map(|()| ClientInfo::of(&request, &[]).request_id);
    assert_ne!(ids[0], ids[1]);
    for id in ids {
        assert_eq!(id.len(), 32);
        assert!(id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')), "{id}");
    }
}
