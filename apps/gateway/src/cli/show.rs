//! `loggia config`: the settings in effect.

use clap::ArgMatches;

use super::{Result, output::say};
use crate::config::{EnvFile, Options, Row, Settings};

/// Prints every setting with its value and its source. Changes nothing: creates no directory and no key.
pub(super) fn print(settings: &Settings, matches: &ArgMatches, file: &EnvFile) -> Result<()> {
    // Reports the settings that would keep the server from starting.
    Options::of(settings)?;
    settings.previous_secret_key()?;
    let rows = settings.report(matches, file)?;
    let width = |of: fn(&Row) -> &str| rows.iter().map(|row| of(row).chars().count()).max();
    let name_width = width(|row| row.name).unwrap_or_default();
    let source_width = width(|row| row.source.name()).unwrap_or_default();
    for row in &rows {
        let (name, source, value) = (row.name, row.source.name(), &row.value);
        let line = format!("{name:name_width$}  {source:source_width$}  {value}");
        say(line.trim_end())?;
    }
    Ok(())
}
