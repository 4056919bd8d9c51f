//! The command line: `loggia <command>`.

mod arguments;
mod documents;
mod error;
mod first_admin;
mod health;
mod jobs;
mod output;
mod pages;
mod parse;
mod password;
mod password_rules;
mod serve;
mod show;
mod table;
mod user;

use crate::{config::Settings, migrations, state::Services, telemetry};

use self::{arguments::Command, output::say};

pub use self::{
    arguments::Cli,
    error::{Error, Result},
    parse::{Fault, Invocation, parse},
};

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

#[cfg(test)]
mod tests;
