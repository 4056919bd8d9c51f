//! The arguments of the command line.

use clap::{
    Parser, Subcommand,
    builder::{PossibleValuesParser, TypedValueParser},
};
use clap_complete::Shell;
use loggia_http::AnySurface;

use super::{jobs, user};
use crate::{config::Settings, surfaces};

/// One account backend for the clients of four APIs.
///
/// Every setting is a flag and an environment variable: --bind is LOGGIA_BIND. A file `.env` in the working directory
/// is read too. All settings are optional: `loggia serve` works without any.
#[derive(Debug, Parser)]
#[command(name = "loggia", version, subcommand_required = true, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,

    #[command(flatten)]
    pub(super) settings: Settings,
}

#[derive(Debug, Subcommand)]
#[expect(clippy::large_enum_variant, reason = "a process parses one command")]
pub(super) enum Command {
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
