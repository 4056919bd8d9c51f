//! Parsing of the command line and the environment.

use std::{ffi::OsString, process::ExitCode};

use clap::{
    Arg, ArgMatches, Command, CommandFactory, FromArgMatches,
    error::{ContextKind, ContextValue},
};

use super::arguments::Cli;
use crate::config::{self, EnvFile, refuse_unknown};

/// A parsed command line.
#[derive(Debug)]
pub struct Invocation {
    pub(super) cli: Cli,
    pub(super) matches: ArgMatches,
    pub(super) file: EnvFile,
}

/// The reason why a command line is not executed: it requests help, or it or a setting is invalid.
#[derive(Debug)]
pub enum Fault {
    /// An invalid command line or value, or a request for help.
    Words {
        /// The error of clap, which also prints help.
        error: Box<clap::Error>,
        /// The environment variable of the invalid setting, if a setting is the cause.
        setting: Option<String>,
    },
    /// An invalid or unknown setting.
    Setting(config::Error),
}

impl Fault {
    /// Prints help on standard output and errors on standard error.
    pub fn report(&self) -> ExitCode {
        match self {
            Self::Words { error, setting } => {
                let code = u8::try_from(error.exit_code()).unwrap_or(2);
                // A closed output is not an error.
                let _ = error.print();
                if let Some(setting) = setting {
                    eprintln!("\nThe setting is {setting}.");
                }
                ExitCode::from(code)
            }
            Self::Setting(error) => {
                eprintln!("error: {error}");
                ExitCode::from(2)
            }
        }
    }
}

/// Reads `.env`, the environment and the command line. Call it before any thread is started.
///
/// # Errors
/// [`Fault`], which names the setting if a setting is the cause.
pub fn parse() -> Result<Invocation, Fault> {
    let file = EnvFile::load().map_err(Fault::Setting)?;
    let command = command();
    refuse_unknown(&settings_of(&command)).map_err(Fault::Setting)?;
    let (cli, matches) = understand(command, std::env::args_os())?;
    Ok(Invocation { cli, matches, file })
}

/// The commands whose help lists the settings.
const SERVERS: [&str; 2] = ["serve", "worker"];

/// Returns the command line's definition. Every command accepts all settings as flags, but only the help of [`SERVERS`]
/// lists them, because they would hide the few flags of the other commands.
pub(super) fn command() -> Command {
    let mut command = Cli::command();
    let hidden: Vec<Arg> = command
        .get_arguments()
        .filter(|argument| argument.get_env().is_some())
        .map(|argument| argument.clone().hide(true))
        .collect();
    let others: Vec<String> = command
        .get_subcommands()
        .map(|command| command.get_name().to_owned())
        .filter(|name| !SERVERS.contains(&name.as_str()))
        .collect();
    for name in others {
        command = command.mut_subcommand(name, |other| {
            // An argument that exists is not inherited, so this one hides the inherited one.
            other.args(hidden.clone()).after_help(
                "The settings of the server are flags, too. `loggia serve --help` lists them.",
            )
        });
    }
    command
}

/// Parses words by the rules of `command`.
///
/// # Errors
/// [`Fault::Words`].
pub(super) fn understand(
    command: Command,
    words: impl IntoIterator<Item = OsString>,
) -> Result<(Cli, ArgMatches), Fault> {
    let named = command.clone();
    let blame = |error: clap::Error| Fault::Words {
        setting: setting_of(&named, &error),
        error: Box::new(error),
    };
    let matches = command.try_get_matches_from(words).map_err(blame)?;
    let cli = Cli::from_arg_matches(&matches).map_err(blame)?;
    Ok((cli, matches))
}

/// Returns the environment variables of all settings.
pub(super) fn settings_of(command: &Command) -> Vec<String> {
    command
        .get_arguments()
        .filter_map(|argument| argument.get_env())
        .map(|name| name.to_string_lossy().into_owned())
        .collect()
}

/// Returns the environment variable of the flag that an error of clap is about.
fn setting_of(command: &Command, error: &clap::Error) -> Option<String> {
    let Some(ContextValue::String(flag)) = error.get(ContextKind::InvalidArg) else {
        return None;
    };
    // clap writes the flag as `--bind <ADDR:PORT>`.
    let long = flag.strip_prefix("--")?.split([' ', '=']).next()?;
    command
        .get_arguments()
        .find(|argument| argument.get_long() == Some(long))
        .and_then(|argument| argument.get_env())
        .map(|name| name.to_string_lossy().into_owned())
}
