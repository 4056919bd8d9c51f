//! Defaults, errors that name the setting, and secrets that are never shown.

mod secrets;
mod settings;
mod values;

use clap::{Args, Command, FromArgMatches, builder::Resettable};

use super::Settings;

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
