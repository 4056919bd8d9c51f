//! Keys, fingerprints and scopes.

use loggia_kernel::{AccountId, ParseError};

use super::{Fingerprint, Key, Request};

#[test]
fn a_key_is_trimmed_and_has_bounds() {
    let key = |raw: &str| Key::parse(raw).map(|key| key.as_str().to_owned());
    assert_eq!(key(" k 1\t"), Ok("k 1".to_owned()));
    assert_eq!(key(" \t "), Err(ParseError::Blank));
    assert_eq!(key("a\u{7}b"), Err(ParseError::Malformed));
    assert!(key(&"ä".repeat(128)).is_ok());
    assert_eq!(key(&"a".repeat(129)), Err(ParseError::TooLong { max: 128 }));
}

#[test]
fn query_and_body_do_not_run_together() {
    let prints =
        [Fingerprint::of("", b"ab"), Fingerprint::of("a", b"b"), Fingerprint::of("ab", b"")];
    assert_ne!(prints[0], prints[1]);
    assert_ne!(prints[1], prints[2]);
    assert_eq!(prints[0], Fingerprint::of("", b"ab"));
    assert_eq!(prints[0].as_str().len(), 64);
}

#[test]
fn a_scope_is_account_method_path_and_key() {
    let request = |account, method: &str, path: &str, key| Request {
        account: AccountId::new(account),
        method: method.to_owned(),
        path: path.to_owned(),
        key: Key::parse(key).unwrap(),
        fingerprint: Fingerprint::of("", b""),
    };
    let one = request(1, "POST", "/a/", "k");
    assert_eq!(one.scope(), request(1, "POST", "/a/", "k").scope());
    for other in [
        request(2, "POST", "/a/", "k"),
        request(1, "PUT", "/a/", "k"),
        request(1, "POST", "/b/", "k"),
        request(1, "POST", "/a/", "l"),
    ] {
        assert_ne!(one.scope(), other.scope());
    }
}

#[test]
fn a_long_path_is_kept_by_its_digest() {
    let path = format!("/a/{}/", "b".repeat(5000));
    let request = Request {
        account: AccountId::new(1),
        method: "POST".to_owned(),
        path,
        key: Key::parse("k").unwrap(),
        fingerprint: Fingerprint::of("", b""),
    };
    assert_eq!(request.stored_path().len(), 64);
}
