//! Defaults, errors that name the setting, and secrets that are never shown.

use std::{collections::BTreeSet, fmt::Debug, str::FromStr, thread, time::Duration};

use clap::{Args, Command, FromArgMatches, builder::Resettable};
use ipnet::IpNet;

use loggia_http::AnySurface;

use super::{
    EnvFile, List, Moment, Options, Origin, Period, Secret, SecretUrl, Settings, Source,
    environment::{is_service_link, unknown},
};

fn command() -> Command {
    Settings::augment_args(Command::new("loggia"))
}

/// Returns the settings of these flags alone, without the environment of the tests.
///
/// # Errors
/// The message of clap.
pub(crate) fn given(words: &[&str]) -> Result<Settings, String> {
    let words = std::iter::once("loggia").chain(words.iter().copied());
    command()
        .args_override_self(true)
        .mut_args(|argument| argument.env(Resettable::Reset))
        .try_get_matches_from(words)
        .and_then(|matches| Settings::from_arg_matches(&matches))
        .map_err(|error| error.to_string())
}

fn names() -> Vec<String> {
    command()
        .get_arguments()
        .filter_map(|argument| argument.get_env())
        .map(|name| name.to_string_lossy().into_owned())
        .collect()
}

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
fn asks_what_was_meant() {
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

#[test]
fn shows_no_secret() {
    let settings = given(&[
        "--secret-key",
        "hunter2-hunter2-hunter2-hunter2-0000",
        "--secret-key-previous",
        "hunter2-hunter2-hunter2-hunter2-9999",
        "--secret-key-previous-until",
        "2026-11-01",
        "--database-url",
        "postgres://me:hunter2@db.example.com/x?sslmode=require&password=hunter2",
        "--mail-url",
        "smtp://me:hunter2@mail.example.com:587",
        "--storage-url",
        "s3://key:hunter2@bucket/prefix",
        "--admin-password",
        "hunter2",
        "--github-client-secret",
        "hunter2",
    ])
    .unwrap();
    let shown = format!("{settings:?} {settings:#?} {:?}", settings.values());
    assert!(!shown.contains("hunter2"), "{shown}");
    assert!(shown.contains("postgres://me:***@db.example.com/x?sslmode=require&password=***"));
    assert!(shown.contains("smtp://me:***@mail.example.com:587"));
    assert!(shown.contains(r#"("LOGGIA_SECRET_KEY_PREVIOUS", "***")"#));
    assert!(shown.contains("2026-11-01T00:00:00Z"));

    let odd = SecretUrl::from("postgres://a:1,b:hunter2@[/x".to_owned());
    assert_eq!(odd.to_string(), "postgres://***");
    assert_eq!(format!("{:?}", Secret::from("x".to_owned())), "***");
}

#[test]
fn counts_time() {
    let check = |text: &str, secs: u64, shown: &str| {
        let period: Period = text.parse().unwrap();
        assert_eq!(period.get(), Duration::from_secs(secs));
        assert_eq!(period.to_string(), shown);
    };
    check("90s", 90, "90s");
    check("60m", 3_600, "1h");
    check("36h", 129_600, "36h");
    check(" 1d ", 86_400, "1d");
    for text in
        ["", "m", "5", "0s", "-1m", "1.5h", "1h30m", "5 m", "5é", "4000d", "99999999999999999999s"]
    {
        assert!(text.parse::<Period>().is_err(), "{text}");
    }
}

#[test]
fn reads_lists() {
    fn check<T: Debug + std::fmt::Display>(text: &str, expected: &str)
    where
        List<T>: FromStr<Err: Debug>,
    {
        assert_eq!(text.parse::<List<T>>().unwrap().to_string(), expected);
    }
    check::<String>("", "");
    check::<String>(" a, ,b,", "a,b");
    check::<IpNet>("10.0.0.0/8, ::1", "10.0.0.0/8,::1/128");
    check::<AnySurface>("v1, djoser", "v1,djoser");
    check::<Origin>(
        "HTTP://LocalHost:3000/, https://a.example.com:443",
        "http://localhost:3000,https://a.example.com",
    );
    for text in [
        "*",
        "null",
        "example.com",
        "https://a.example.com/x",
        "file:///x",
        "https://me@a.example.com",
    ] {
        assert!(text.parse::<List<Origin>>().is_err(), "{text}");
    }
}

#[test]
fn refuses_keys_that_can_be_guessed() {
    let check = |key: &str| given(&["--secret-key", key]).unwrap().effective_secret_key();
    assert!(check("conformance-only-secret-0123456789abcdef").is_ok());
    let weak = [
        "",
        "too-short-by-one-byte-012345678",
        "please-Change-Me-0123456789abcdefghij",
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    ];
    for key in weak {
        let error = check(key).unwrap_err();
        assert_eq!(error.setting, "LOGGIA_SECRET_KEY");
        assert!(key.is_empty() || !error.to_string().contains(key));
    }
}

#[test]
fn takes_the_previous_key_with_its_date_or_neither() {
    const OLD: &str = "conformance-only-secret-0123456789abcdef";
    let check = |words: &[&str]| given(words).unwrap().previous_secret_key();
    let (key, until) = ("--secret-key-previous", "--secret-key-previous-until");
    assert!(check(&[]).unwrap().is_none());
    // A date in the past is accepted, because a restart after it must not fail.
    for date in ["2999-01-01", "2001-01-01T00:00:00Z"] {
        let (_, moment) = check(&[key, OLD, until, date]).unwrap().unwrap();
        assert_eq!(moment, date.parse::<Moment>().unwrap().get());
    }
    let refused = |words: &[&str], setting: &str| {
        let error = check(words).unwrap_err();
        assert_eq!(error.setting, setting, "{error}");
        assert!(!error.to_string().contains(words[1]), "{error}");
    };
    refused(&[key, OLD], "LOGGIA_SECRET_KEY_PREVIOUS_UNTIL");
    refused(&[until, "2999-01-01"], "LOGGIA_SECRET_KEY_PREVIOUS");
    for weak in [
        "too-short-by-one-byte-012345678",
        "please-Change-Me-0123456789abcdefghij",
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    ] {
        let words = [key, weak, until, "2999-01-01"];
        refused(&words, "LOGGIA_SECRET_KEY_PREVIOUS");
    }
}

#[test]
fn creates_no_key_where_the_previous_one_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let settings = given(&["--data-dir", data, "--secret-key-previous", "short"]).unwrap();
    settings.effective_secret_keys().unwrap_err();
    assert_eq!(std::fs::read_dir(data).unwrap().count(), 0);
}

#[test]
fn reads_moments() {
    let check = |text: &str, shown: &str| {
        let moment: Moment = text.parse().unwrap();
        assert_eq!(moment.to_string(), shown);
    };
    check("2026-11-01", "2026-11-01T00:00:00Z");
    check(" 2026-11-01T18:00:00Z ", "2026-11-01T18:00:00Z");
    check("2026-11-01T18:00:00.25+02:00", "2026-11-01T16:00:00.250Z");
    for text in [
        "",
        "2026",
        "2026-02-30",
        "01.11.2026",
        "2026-11-01T18:00:00",
        "2026-11-01T25:00:00Z",
        "tomorrow",
    ] {
        assert!(text.parse::<Moment>().is_err(), "{text}");
    }
}

#[test]
fn makes_one_key_for_all_who_start_together() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("deep/data");
    let settings = given(&["--data-dir", data.to_str().unwrap()]).unwrap();
    settings.make_data_dir().unwrap();

    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| settings.effective_secret_key().unwrap());
        }
    });

    let left: Vec<_> = std::fs::read_dir(&data).unwrap().collect();
    assert_eq!(left.len(), 1);
    let key = std::fs::read_to_string(data.join("secret.key")).unwrap();
    assert_eq!(key.trim_end().len(), 43);
    settings.effective_secret_key().unwrap();
    assert_eq!(std::fs::read_to_string(data.join("secret.key")).unwrap(), key);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&data), 0o700);
        assert_eq!(mode(&data.join("secret.key")), 0o600);
    }
}

#[test]
fn refuses_a_key_file_that_was_cut() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("secret.key"), "short\n").unwrap();
    let settings = given(&["--data-dir", dir.path().to_str().unwrap()]).unwrap();
    let error = settings.effective_secret_key().unwrap_err();
    assert!(error.setting.ends_with("secret.key"), "{error}");
}
