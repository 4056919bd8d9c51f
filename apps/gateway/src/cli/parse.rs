//! From words and environment to a command with its settings, or to an explanation.

use std::{ffi::OsString, process::ExitCode};

use clap::{
    Command, CommandFactory, FromArgMatches,
    error::{ContextKind, ContextValue},
};

use super::{Cli, Invocation};
use crate::config::{self, EnvFile, refuse_unknown};

/// A command line that is not followed: help was asked for, or something is wrong with it or with a setting.
#[derive(Debug)]
pub enum Fault {
    /// Wrong words, or a value that a setting does not take. Also a wish for help.
    Words {
        /// What clap says of it.
        error: Box<clap::Error>,
        /// The setting to blame, if it is one, as its environment variable is called.
        setting: Option<String>,
    },
    /// A setting, or what looks like one.
    Setting(config::Error),
}

impl Fault {
    /// Explains itself: help on standard output, the rest on standard error.
    pub fn report(&self) -> ExitCode {
        match self {
            Self::Words { error, setting } => {
                let code = u8::try_from(error.exit_code()).unwrap_or(2);
                // Nobody may be reading.
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
/// [`Fault`], naming the setting where one is to blame.
pub fn parse() -> Result<Invocation, Fault> {
    let file = EnvFile::load().map_err(Fault::Setting)?;
    let command = Cli::command();
    refuse_unknown(&settings_of(&command)).map_err(Fault::Setting)?;
    let (cli, matches) = understand(command, std::env::args_os())?;
    Ok(Invocation { cli, matches, file })
}

/// # Errors
/// [`Fault::Words`].
pub(super) fn understand(
    command: Command,
    words: impl IntoIterator<Item = OsString>,
) -> Result<(Cli, clap::ArgMatches), Fault> {
    let named = command.clone();
    let blame = |error: clap::Error| Fault::Words {
        setting: setting_of(&named, &error),
        error: Box::new(error),
    };
    let matches = command.try_get_matches_from(words).map_err(blame)?;
    let cli = Cli::from_arg_matches(&matches).map_err(blame)?;
    Ok((cli, matches))
}

/// The environment variables of all settings.
pub(super) fn settings_of(command: &Command) -> Vec<String> {
    command
        .get_arguments()
        .filter_map(|argument| argument.get_env())
        .map(|name| name.to_string_lossy().into_owned())
        .collect()
}

/// The environment variable of the flag that clap complains of.
fn setting_of(command: &Command, error: &clap::Error) -> Option<String> {
    let Some(ContextValue::String(flag)) = error.get(ContextKind::InvalidArg) else {
        return None;
    };
    // It is written as `--bind <ADDR:PORT>`.
    let long = flag.strip_prefix("--")?.split([' ', '=']).next()?;
    command
        .get_arguments()
        .find(|argument| argument.get_long() == Some(long))
        .and_then(|argument| argument.get_env())
        .map(|name| name.to_string_lossy().into_owned())
}
