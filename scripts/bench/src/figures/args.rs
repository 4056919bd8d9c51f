//! The arguments of `loggia-bench figures`.

use std::{path::PathBuf, time::Duration};

use clap::ValueEnum;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The program to measure
    #[arg(long, value_name = "PATH", default_value = "target/release/loggia")]
    pub(super) server: PathBuf,
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
    pub(super) only: Vec<Part>,
    /// HTTP workers of the server and of the floor
    #[arg(long, env = "LOGGIA_WORKERS", value_name = "N", default_value_t = 2)]
    pub(super) workers: usize,
    /// Password hashes that run at once
    #[arg(long, env = "LOGGIA_HASH_PERMITS", value_name = "N", default_value_t = 2)]
    pub(super) permits: usize,
    /// How often the floor and the server take turns
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub(super) rounds: usize,
    /// The length of a turn, after one second of warm-up
    #[arg(long, value_name = "SECONDS", default_value_t = 4)]
    seconds: u64,
    /// Connections that send requests at once
    #[arg(long, value_name = "N", default_value_t = 32)]
    pub(super) connections: usize,
}

/// A group of figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Part {
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
    /// Returns the length of a turn.
    pub(super) fn turn(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }

    /// Returns SQLite, and PostgreSQL if one is given.
    pub(super) fn databases(&self) -> Vec<Option<&str>> {
        let mut databases = vec![None];
        databases.extend(self.postgres.as_deref().map(Some));
        databases
    }
}
