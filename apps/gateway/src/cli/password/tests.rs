//! Parsing of passwords.

use super::{Password, PasswordArgs, parse};
use crate::{cli::Error, config::Secret};

#[test]
fn is_trimmed_as_clients_of_the_surfaces_have_theirs_trimmed() {
    for text in ["correct horse", "  correct horse  ", "correct horse\n", "\tcorrect horse\r\n"] {
        assert_eq!(parse(text).unwrap().expose(), "correct horse", "{text:?}");
    }
}

#[test]
fn is_refused_if_it_is_blank_or_too_long() {
    for text in ["", " ", "\r\n", "\t\u{a0}"] {
        assert_eq!(parse(text).unwrap_err(), "is blank", "{text:?}");
    }
    let long = "x".repeat(Password::MAX_BYTES);
    assert!(parse(&format!(" {long} ")).is_ok());
    let error = parse(&format!("{long}x")).unwrap_err();
    assert_eq!(error, "is longer than 4096 bytes");
}

#[tokio::test]
async fn of_the_command_line_is_trimmed_too() {
    let args = |text: &str| PasswordArgs {
        password: Some(Secret::from(text.to_owned())),
        no_password: false,
    };

    let password = args(" hunter2 ").read().await.unwrap().unwrap();

    assert_eq!(password.expose(), "hunter2");
    let refusal = args(" ").read().await.unwrap_err();
    assert!(matches!(&refusal, Error::Refused(words) if words == "the password is blank"));
}
