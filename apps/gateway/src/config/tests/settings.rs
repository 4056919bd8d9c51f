//! Defaults, names, and settings that contradict each other.

use std::collections::BTreeSet;

use clap::{FromArgMatches, builder::Resettable};

use super::{command, given, names};
use crate::config::{
    EnvFile, Options, Settings, Source,
    environment::{is_service_link, unknown},
};

#[test]
fn works_without_any() {
    let values = given(&["--workers", "2", "--hash-permits", "3"]).unwrap().values().unwrap();
    let lines: Vec<String> = values
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{} {value}", name.trim_start_matches("LOGGIA_")))
        .collect();
    assert_eq!(
        lines,
        [
            "BIND 127.0.0.1:8000",
            "DATA_DIR ./data",
            "DATABASE_URL sqlite://./data/loggia.db",
            "DATABASE_POOL 16",
            "SECRET_KEY *** in ./data/secret.key",
            "PUBLIC_URL http://127.0.0.1:8000",
            "FRONTEND_URL http://127.0.0.1:8000",
            "SITE_NAME Loggia",
            "MAIL_URL file://./data/mail",
            "MAIL_FROM Loggia <noreply@localhost>",
            "STORAGE_URL file://./data/files",
            "ACCESS_TTL 1h",
            "REFRESH_TTL 1d",
            "SESSION_POLICY strict",
            "PASSWORD_POLICY django",
            "RATE_LIMIT on",
            "RATE_EMAIL_CHANGE 3/1h",
            "RATE_RESET 3/1h",
            "RATE_RESET_CLIENT 60/1h",
            "SURFACES djoser,users,api,v1",
            "WORKERS 2",
            "HASH_PERMITS 3",
            "JOBS on",
            "LOG info",
            "LOG_FORMAT auto",
        ]
    );
    assert!(given(&[]).unwrap().effective_workers() > 0);
}

#[test]
fn does_the_same_in_tests_as_without_any() {
    let options = Options::of(&given(&[]).unwrap()).unwrap();
    assert_eq!(format!("{options:?}"), format!("{:?}", Options::default()));
}

#[test]
fn reports_every_setting_under_its_name() {
    let reported: BTreeSet<String> = given(&[])
        .unwrap()
        .values()
        .unwrap()
        .into_iter()
        .map(|(name, _)| name.to_owned())
        .collect();
    assert_eq!(reported, names().into_iter().collect());
    for argument in command().get_arguments() {
        let name = argument.get_env().unwrap().to_string_lossy().into_owned();
        let flag = argument.get_long().unwrap();
        assert_eq!(name, format!("LOGGIA_{}", flag.to_uppercase().replace('-', "_")));
    }
}

#[test]
fn tells_a_flag_from_a_default() {
    let matches = command()
        .mut_args(|argument| argument.env(Resettable::Reset))
        .get_matches_from(["loggia", "--log", "debug"]);
    let settings = Settings::from_arg_matches(&matches).unwrap();
    let rows = settings.report(&matches, &EnvFile::default()).unwrap();
    let source = |name| rows.iter().find(|row| row.name == name).unwrap().source;
    assert_eq!(source("LOGGIA_LOG"), Source::Flag);
    assert_eq!(source("LOGGIA_BIND"), Source::Default);
}

#[test]
fn follows_from_what_was_given() {
    let settings = given(&[
        "--bind",
        "[::]:80",
        "--public-url",
        "https://id.example.com/",
        "--data-dir",
        "/srv/loggia",
    ])
    .unwrap();
    let frontend = settings.effective_frontend_url().unwrap();
    assert_eq!(frontend.to_string(), "https://id.example.com");
    assert_eq!(frontend.join("/docs/"), "https://id.example.com/docs/");
    let database = settings.effective_database_url().unwrap();
    assert_eq!(database.expose(), "sqlite:///srv/loggia/loggia.db");
    assert_eq!(settings.local_address().to_string(), "[::1]:80");
}

#[test]
fn refuses_what_does_not_go_together() {
    let check = |words: &[&str], setting: &str| {
        let error = Options::of(&given(words).unwrap()).unwrap_err();
        assert_eq!(error.setting, setting, "{error}");
        assert!(error.to_string().starts_with(setting));
    };
    check(&["--bind", "0.0.0.0:8000"], "LOGGIA_PUBLIC_URL");
    check(&["--surfaces", " , "], "LOGGIA_SURFACES");
    check(&["--access-ttl", "2d"], "LOGGIA_REFRESH_TTL");
    check(&["--site-name", " "], "LOGGIA_SITE_NAME");
    check(&["--site-name", "a\nb"], "LOGGIA_SITE_NAME");
}

#[test]
fn refuses_what_is_not_of_the_form() {
    let check = |flag: &str, value: &str| {
        let error = given(&[flag, value]).unwrap_err();
        assert!(error.contains(flag), "{error}");
    };
    check("--bind", "localhost");
    check("--database-pool", "0");
    check("--secret-key-previous-until", "tomorrow");
    check("--public-url", "id.example.com");
    check("--frontend-url", "https://app.example.com/#/");
    check("--access-ttl", "60");
    check("--session-policy", "lax");
    check("--password-policy", "");
    check("--rate-limit", "yes");
    check("--trusted-proxies", "10.0.0.0/33");
    check("--cors-origins", "*");
    check("--surfaces", "djoser,v2");
    check("--workers", "0");
    check("--hash-permits", "many");
    check("--jobs", "maybe");
    check("--log-format", "xml");
}

#[test]
fn suggests_the_setting_with_a_similar_name() {
    let known = names();
    let check = |name: &str, expected: &str| {
        let error = unknown(name, &known).to_string();
        assert!(error.starts_with(name), "{error}");
        assert!(error.contains(expected), "{error}");
    };
    check("LOGGIA_DATABSE_URL", "did you mean LOGGIA_DATABASE_URL?");
    check("LOGGIA_ACCESS_TTLS", "did you mean LOGGIA_ACCESS_TTL?");
    check("LOGGIA_SURFACE", "did you mean LOGGIA_SURFACES?");
    check("LOGGIA_QUUX", "lists them");
}

#[test]
fn lets_kubernetes_name_its_services() {
    assert!(is_service_link("LOGGIA_SERVICE_HOST", "10.0.0.1"));
    assert!(is_service_link("LOGGIA_SERVICE_PORT_HTTP", "80"));
    assert!(is_service_link("LOGGIA_PORT", "tcp://10.0.0.1:80"));
    assert!(is_service_link("LOGGIA_PORT_80_TCP_ADDR", "10.0.0.1"));
    assert!(!is_service_link("LOGGIA_PORT", "8000"));
    assert!(!is_service_link("LOGGIA_DATABASE", "x"));
}
