//! `loggia-bench figures`: measures every performance target in one run.
//!
//! Timings are not tests: a missed target is marked and does not change the exit status, but a failed measurement does.

mod contacts;
mod create;
mod crowd;
mod figure;
mod floor;
mod heard;
mod login;
mod people;
mod profile;
mod rows;
mod start;
mod statuses;
#[cfg(test)]
mod tests;
mod walk;
mod world;
mod writes;

use std::{path::PathBuf, time::Duration};

use anyhow::Result;
use clap::ValueEnum;

use self::figure::{Figure, print, ratio};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The program to measure
    #[arg(long, value_name = "PATH", default_value = "target/release/loggia")]
    server: PathBuf,
    /// A PostgreSQL server on which databases may be created; without one, only SQLite is measured
    #[arg(long, env = "TEST_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    postgres: Option<String>,
    /// What to measure
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_value = "profile,login,start,crowd,contacts,create,writes,people"
    )]
    only: Vec<Part>,
    /// HTTP workers of the server and of the floor
    #[arg(long, env = "LOGGIA_WORKERS", value_name = "N", default_value_t = 2)]
    workers: usize,
    /// Password hashes that run at once
    #[arg(long, env = "LOGGIA_HASH_PERMITS", value_name = "N", default_value_t = 2)]
    permits: usize,
    /// How often the floor and the server take turns
    #[arg(long, value_name = "N", default_value_t = 5)]
    rounds: usize,
    /// The length of a turn, after one second of warm-up
    #[arg(long, value_name = "SECONDS", default_value_t = 4)]
    seconds: u64,
    /// Connections that send requests at once
    #[arg(long, value_name = "N", default_value_t = 32)]
    connections: usize,
}

/// A group of figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Reading one's own profile, compared with the floor
    Profile,
    /// Logging in, compared with argon2id alone
    Login,
    /// From an empty directory to the first 200, and memory
    Start,
    /// Other requests during 300 logins, and 64 concurrent registrations
    Crowd,
    /// Listing contacts: queries, compared with the floor, and growth with the number of rows
    Contacts,
    /// Creating contacts on SQLite, compared with its commits alone
    Create,
    /// Changing profiles and creating contacts, compared with the floor and with each other
    Writes,
    /// Listing users: growth with the number of rows, and the cost of a permission check
    People,
}

impl Args {
    fn turn(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }

    /// SQLite, and PostgreSQL if one is given.
    fn databases(&self) -> Vec<Option<&str>> {
        let mut databases = vec![None];
        databases.extend(self.postgres.as_deref().map(Some));
        databases
    }
}

/// Runs `loggia-bench figures`.
pub(crate) async fn run(args: Args) -> Result<()> {
    let mut figures = Vec::new();
    let wants = |part| args.only.contains(&part);
    if wants(Part::Start) {
        figures.extend(start::measure(&args).await?);
    }
    for database in args.databases() {
        if wants(Part::Profile) {
            figures.push(profile::measure(&args, database).await?);
        }
        if wants(Part::Login) {
            figures.push(login::measure(&args, database).await?);
        }
        if wants(Part::Writes) {
            figures.extend(writes::measure(&args, database).await?);
        }
        if wants(Part::Crowd) {
            figures.extend(crowd::measure(&args, database).await?);
        }
        if wants(Part::Contacts) {
            figures.extend(contacts::measure(&args, database).await?);
        }
        if wants(Part::People) {
            figures.extend(people::measure(&args, database).await?);
        }
    }
    if wants(Part::Create) {
        figures.extend(create::measure(&args).await?);
    }
    print(&figures);
    Ok(())
}
