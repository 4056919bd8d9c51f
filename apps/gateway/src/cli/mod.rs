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
    migrations, serve,
    state::Services,
    surfaces, telemetry,
};

pub use error::{Error, Result};
pub use parse::{Fault, parse};

/// One account backend for the clients of four APIs.
///
/// Every setting is a flag and an environment variable: --bind is LOGGIA_BIND. A file `.env` in the working directory
/// is read too. All settings are optional: `loggia serve` works without any.
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
#[expect(clippy::large_enum_variant, reason = "a process parses one command")]
enum Command {
    /// Serve HTTP, after migrating the database
    Serve,
    /// Migrate the database
    Migrate,
    /// Run background work alone, beside `serve --jobs off`
    Worker,
    /// Create, change and list accounts; also while the server runs
    #[command(subcommand, subcommand_required = true, arg_required_else_help = true)]
    User(user::Command),
    /// List background jobs that failed for good, and retry them; also while the server runs
    #[command(subcommand, subcommand_required = true, arg_required_else_help = true)]
    Jobs(jobs::Command),
    /// Print the OpenAPI document of a surface, or of all surfaces in one object
    Openapi {
        /// The surface
        #[arg(value_parser = PossibleValuesParser::new(surfaces::NAMES).try_map(|name| surfaces::by_name(&name)))]
        surface: Option<AnySurface>,
    },
    /// Print the settings in effect and their sources; secrets are masked
    Config,
    /// Check whether the server that runs with these settings is alive
    Healthcheck,
    /// Print a shell completion script
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page
    Man,
}

/// A parsed command line.
#[derive(Debug)]
pub struct Invocation {
    cli: Cli,
    matches: ArgMatches,
    file: EnvFile,
}

impl Invocation {
    /// Runs the command.
    ///
    /// # Errors
    /// [`Error`], worded for the operator.
    pub async fn run(self) -> Result<()> {
        let settings = &self.cli.settings;
        // Until the command ends.
        let _export = match self.cli.command {
            Command::Serve | Command::Worker => telemetry::init(settings)?,
            _ => telemetry::init_quietly(),
        };
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
    let done = migrations::run(&services.db).await?;
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
