//! The command line: `loggia <command>`.

pub mod first_admin;

mod documents;
mod error;
mod health;
mod jobs;
mod pages;
mod parse;
mod password;
mod show;
mod table;
mod user;

use std::io::{self, Write};

use clap::{
    ArgMatches, Parser, Subcommand,
    builder::{PossibleValuesParser, TypedValueParser},
};
use clap_complete::Shell;
use loggia_http::AnySurface;

use crate::{
    config::{EnvFile, Settings},
    serve,
    state::Services,
    surfaces, telemetry,
};

pub use error::{Error, Result};
pub use parse::{Fault, parse};

/// One account backend with five faces.
///
/// Settings are flags or environment variables (LOGGIA_BIND is --bind); a file `.env` in the working directory is read, too.
/// With none set, `loggia serve` works.
#[derive(Debug, Parser)]
#[command(
    name = "loggia",
    version,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,

    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve HTTP, after bringing the database's schema up to date
    Serve,
    /// Bring the database's schema up to date
    Migrate,
    /// Do background work alone, beside `serve --jobs off`
    Worker,
    /// Make, change and list accounts; also while the server runs
    #[command(subcommand, subcommand_required = true, arg_required_else_help = true)]
    User(user::Command),
    /// List background work that was given up, and have it tried again; also while the server runs
    #[command(subcommand, subcommand_required = true, arg_required_else_help = true)]
    Jobs(jobs::Command),
    /// Print the OpenAPI document of a surface, or of all in one object
    Openapi {
        /// Which surface
        #[arg(value_parser = PossibleValuesParser::new(surfaces::NAMES).try_map(|name| surfaces::by_name(&name)))]
        surface: Option<AnySurface>,
    },
    /// Print the settings in effect, secrets masked, and where they come from
    Config,
    /// Ask the server that runs with these settings whether it lives
    Healthcheck,
    /// Print a completion script
    Completions {
        /// For which shell
        shell: Shell,
    },
    /// Print the manual page
    Man,
}

/// A command line that was understood.
#[derive(Debug)]
pub struct Invocation {
    cli: Cli,
    matches: ArgMatches,
    file: EnvFile,
}

impl Invocation {
    /// Does what was asked for.
    ///
    /// # Errors
    /// [`Error`], in words for whoever typed the command.
    pub async fn run(self) -> Result<()> {
        let settings = &self.cli.settings;
        match self.cli.command {
            Command::Serve | Command::Worker => telemetry::init(settings)?,
            _ => telemetry::init_quietly(),
        }
        match self.cli.command {
            Command::Serve => Ok(Box::pin(serve::serve(settings)).await?),
            Command::Worker => Ok(Box::pin(serve::work(settings)).await?),
            Command::Migrate => migrate(settings).await,
            Command::User(command) => Box::pin(user::run(command, settings)).await,
            Command::Jobs(command) => Box::pin(jobs::run(command, settings)).await,
            Command::Openapi { surface } => documents::print(surface),
            Command::Config => show::print(settings, &self.matches, &self.file),
            Command::Healthcheck => health::check(settings).await,
            Command::Completions { shell } => pages::completions(shell),
            Command::Man => pages::manual(),
        }
    }
}

async fn migrate(settings: &Settings) -> Result<()> {
    let services = Services::open(settings).await?;
    let done = services.db.migrate().await?;
    for version in &done {
        say(&format!("migrated {version}"))?;
    }
    if done.is_empty() {
        say("nothing to migrate: the schema is up to date")?;
    }
    Ok(())
}

/// Prints a line on standard output.
fn say(line: &str) -> Result<()> {
    Ok(writeln!(io::stdout(), "{line}")?)
}

#[cfg(test)]
mod tests;
