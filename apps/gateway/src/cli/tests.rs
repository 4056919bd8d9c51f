//! Parsing of command lines and messages of errors.

use clap::{Command, CommandFactory, builder::Resettable};

use super::{Cli, Command as Given, Error, Fault, parse};

/// Returns the command without the environment of the tests.
fn command() -> Command {
    Cli::command().mut_args(|argument| argument.env(Resettable::Reset))
}

fn understand(words: &[&str]) -> Result<Cli, Fault> {
    let words = std::iter::once("loggia").chain(words.iter().copied());
    parse::understand(command(), words.map(Into::into)).map(|(cli, _)| cli)
}

#[test]
fn is_consistent() {
    Cli::command().debug_assert();
}

#[test]
fn takes_settings_before_and_after_the_command() {
    let bind = |words: &[&str]| understand(words).unwrap().settings.bind.to_string();
    assert_eq!(bind(&["serve"]), "127.0.0.1:8000");
    assert_eq!(bind(&["--bind", "127.0.0.1:1", "serve"]), "127.0.0.1:1");
    assert_eq!(bind(&["serve", "--bind", "127.0.0.1:1"]), "127.0.0.1:1");
    let words = ["user", "list", "--json", "--bind", "127.0.0.1:1"];
    assert_eq!(bind(&words), "127.0.0.1:1");
}

#[test]
fn understands_what_operators_type() {
    for line in [
        "serve",
        "migrate",
        "worker",
        "config",
        "healthcheck",
        "man",
        "completions bash",
        "openapi",
        "openapi v1",
        "user list",
        "user list --json",
        "user create --email a@example.com --username a --password x",
        "user create --email a@example.com --no-password --superuser",
        "user set-password --email a@example.com",
        "user set-password --username a --password x",
        "user activate --email a@example.com",
        "user deactivate --username a",
        "user delete --email a@example.com",
        "user reset-link --email a@example.com --expires-in -1",
        "user reset-link --username a",
        "user activation-link --email a@example.com",
        "jobs dead",
        "jobs dead --json",
        "jobs requeue 7",
        "jobs requeue --all",
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        assert!(understand(&words).is_ok(), "{line}");
    }
}

#[test]
fn refuses_what_is_half_or_too_much() {
    for line in [
        "openapi v2",
        "completions cmd",
        "user",
        "user create --username a",
        "user create --email invalid",
        "user create --email a@example.com --password x --no-password",
        "user activate",
        "user activate --email a@example.com --username a",
        "user reset-link --email a@example.com --expires-in soon",
        "serve --email a@example.com",
        "jobs",
        "jobs requeue",
        "jobs requeue 7 --all",
        "jobs requeue seven",
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        assert!(understand(&words).is_err(), "{line}");
    }
}

#[test]
fn names_the_setting_whose_value_it_does_not_take() {
    let check = |words: &[&str], expected: Option<&str>| {
        // With the names of the environment variables, which the error must contain.
        let words = std::iter::once("loggia").chain(words.iter().copied());
        let outcome = parse::understand(Cli::command(), words.map(Into::into));
        let Err(Fault::Words { setting, .. }) = outcome else {
            panic!("it was taken");
        };
        assert_eq!(setting.as_deref(), expected);
    };
    check(&["serve", "--bind", "x"], Some("LOGGIA_BIND"));
    check(&["serve", "--access-ttl", "60"], Some("LOGGIA_ACCESS_TTL"));
    check(&["serve", "--surfaces", "v2"], Some("LOGGIA_SURFACES"));
    check(&["serve", "--jobs=maybe"], Some("LOGGIA_JOBS"));
    check(&["serve", "--workers", "0"], Some("LOGGIA_WORKERS"));
    check(&["user", "create", "--email", "x"], None);
}

#[test]
fn lists_settings_in_the_help_of_servers_only() {
    let help = |words: &[&str]| {
        let words = std::iter::once("loggia").chain(words.iter().copied());
        let help = parse::command().try_get_matches_from(words).unwrap_err();
        help.to_string()
    };
    assert!(help(&["serve", "--help"]).contains("LOGGIA_BIND"));
    let create = help(&["user", "create", "--help"]);
    assert!(create.contains("--email"), "{create}");
    assert!(!create.contains("LOGGIA_"), "{create}");
    assert!(!help(&["config", "--help"]).contains("LOGGIA_"));
    // They are accepted nevertheless.
    let words = ["loggia", "user", "list", "--bind", "127.0.0.1:1"];
    let (cli, _) = parse::understand(parse::command(), words.map(Into::into)).unwrap();
    assert_eq!(cli.settings.bind.to_string(), "127.0.0.1:1");
}

#[test]
fn shows_no_password_of_the_command_line() {
    let words = ["user", "set-password", "--username", "a", "--password", "hunter2"];
    let cli = understand(&words).unwrap();
    assert!(matches!(cli.command, Given::User(_)));
    assert!(!format!("{cli:?}").contains("hunter2"));
}

#[test]
fn words_errors_for_the_operator() {
    use loggia_identity::{Error as Identity, Field};

    let field = Field::Email;
    let error = Error::from(Identity::Taken { field });
    assert!(error.to_string().contains("exists"), "{error}");
    let error = Error::from(Identity::NotFound);
    assert_eq!(error.to_string(), "there is no such account");
}

#[test]
fn names_the_organizations_that_keep_an_account() {
    let error = Error::from(loggia_identity::Error::SoleOwner {
        organizations: vec!["Acme".to_owned(), "\u{1b}[31mred".to_owned()],
    });
    assert_eq!(
        error.to_string(),
        "it is the only active owner of Acme, \\u{1b}[31mred, which has other members; make another one first"
    );
}
