//! Secrets are never shown, and keys are strong.

use std::thread;

use super::given;
use crate::config::{Moment, Secret, SecretUrl};

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
fn concurrent_starts_create_one_key() {
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
