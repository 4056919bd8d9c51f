//! What is understood of a URL's `sslmode` and `sslrootcert`.

use rstest::rstest;
use tokio_postgres::config::SslMode;

use super::{Mode, Trust};
use crate::Error;

fn mode(parameters: &str) -> Mode {
    let url = format!("postgres://me@localhost/loggia{parameters}");
    Mode::take_from(&url).unwrap().1
}

fn refusal(parameters: &str) -> String {
    match mode(parameters).connector() {
        Err(Error::Url(reason)) => reason,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("{parameters} is accepted"),
    }
}

/// Source: PostgreSQL, libpq «SSL Support», "Protection Provided in Different Modes".
#[rstest]
#[case("", SslMode::Prefer)]
#[case("?sslmode=disable", SslMode::Disable)]
#[case("?sslmode=allow", SslMode::Prefer)]
#[case("?sslmode=prefer", SslMode::Prefer)]
#[case("?sslmode=require", SslMode::Require)]
#[case("?sslmode=verify-ca", SslMode::Require)]
#[case("?sslmode=verify-full", SslMode::Require)]
fn each_mode_is_negotiated_as_libpq_does(#[case] parameters: &str, #[case] expected: SslMode) {
    assert_eq!(mode(parameters).negotiation(), expected);
}

#[rstest]
#[case("")]
#[case("?sslmode=prefer")]
#[case("?sslmode=require")]
fn no_more_is_verified_than_was_requested(#[case] parameters: &str) {
    let mode = mode(parameters);
    assert!(matches!(mode.trust(), Ok(Trust::Any)));
    assert!(mode.connector().unwrap().is_some());
}

#[test]
fn disabled_is_disabled() {
    assert!(mode("?sslmode=disable").connector().unwrap().is_none());
}

#[rstest]
#[case("Require")]
#[case("verify_full")]
#[case("")]
#[case("on")]
fn an_unknown_mode_is_refused(#[case] value: &str) {
    let url = format!("postgres://localhost/loggia?sslmode={value}");
    assert!(
        matches!(Mode::take_from(&url), Err(Error::Url(reason)) if reason.contains("verify-full"))
    );
}

#[test]
fn what_is_no_url_is_refused_without_repeating_it() {
    match Mode::take_from("postgres://me:secret@host:notaport/loggia") {
        Err(Error::Url(reason)) => assert!(!reason.contains("secret"), "{reason}"),
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("accepted"),
    }
}

/// With a root certificate at hand even `require` verifies, so one that is not there must not go unnoticed.
#[rstest]
#[case("require")]
#[case("verify-ca")]
#[case("verify-full")]
fn a_root_certificate_must_be_one(#[case] value: &str) {
    let folder = tempfile::tempdir().unwrap();
    let (missing, empty) = (folder.path().join("missing.pem"), folder.path().join("empty.pem"));
    std::fs::write(&empty, "no certificate").unwrap();
    for file in [missing, empty] {
        let reason = refusal(&format!("?sslmode={value}&sslrootcert={}", file.display()));
        assert!(reason.contains("sslrootcert"), "{reason}");
    }
}

#[rstest]
#[case("postgres://h/d?sslmode=require", "postgres://h/d")]
#[case(
    "postgres://h/d?connect_timeout=2&sslmode=require&sslrootcert=%2Fca.pem&options=-csearch_path%3Dx",
    "postgres://h/d?connect_timeout=2&options=-csearch_path%3Dx"
)]
#[case("postgres://u:p%40ss@h:5433/d", "postgres://u:p%40ss@h:5433/d")]
fn every_other_parameter_stays(#[case] url: &str, #[case] expected: &str) {
    assert_eq!(Mode::take_from(url).unwrap().0, expected);
}
