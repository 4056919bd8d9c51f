//! `loggia-bench figures`: every figure that the server is held to, measured in one run.
//!
//! Source: design/reliability.md, "Load". Timings are no tests: a figure that is missed is marked and changes no exit
//! status; that something could not be measured does.

mod crowd;
mod login;
mod profile;
mod start;
mod world;

use std::{path::PathBuf, time::Duration};

use anyhow::Result;
use clap::ValueEnum;

use crate::report::{self, line};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The program to measure
    #[arg(long, value_name = "PATH", default_value = "target/release/loggia")]
    server: PathBuf,
    /// A PostgreSQL on which databases may be made; without one, SQLite alone is measured
    #[arg(
        long,
        env = "TEST_DATABASE_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    postgres: Option<String>,
    /// What to measure
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_value = "profile,login,start,crowd"
    )]
    only: Vec<Part>,
    /// HTTP workers of the server and of the floor
    #[arg(long, env = "LOGGIA_WORKERS", value_name = "N", default_value_t = 2)]
    workers: usize,
    /// Password hashes that run at once
    #[arg(
        long,
        env = "LOGGIA_HASH_PERMITS",
        value_name = "N",
        default_value_t = 2
    )]
    permits: usize,
    /// How often the floor and the server take turns
    #[arg(long, value_name = "N", default_value_t = 5)]
    rounds: usize,
    /// How long a turn takes, after a second that does not count
    #[arg(long, value_name = "SECONDS", default_value_t = 4)]
    seconds: u64,
    /// Connections that ask at once
    #[arg(long, value_name = "N", default_value_t = 32)]
    connections: usize,
}

/// A group of figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Reading one's profile, against the floor
    Profile,
    /// Logging in, against argon2id alone
    Login,
    /// From an empty directory to the first 200, and memory
    Start,
    /// Others while 300 log in, and 64 who register at once
    Crowd,
}

impl Args {
    fn turn(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }

    /// SQLite, and PostgreSQL where there is one.
    fn databases(&self) -> Vec<Option<&str>> {
        let mut databases = vec![None];
        databases.extend(self.postgres.as_deref().map(Some));
        databases
    }
}

/// What was measured, beside what is wanted.
struct Figure {
    name: String,
    measured: String,
    wanted: String,
    is_met: bool,
    /// What the measurement is made of.
    detail: String,
}

/// `loggia-bench figures`.
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
        if wants(Part::Crowd) {
            figures.extend(crowd::measure(&args, database).await?);
        }
    }
    print(&figures);
    Ok(())
}

fn print(figures: &[Figure]) {
    let width = |of: fn(&Figure) -> &str, least: usize| {
        let widest = figures
            .iter()
            .map(|figure| of(figure).chars().count())
            .max();
        widest.unwrap_or_default().max(least)
    };
    let name = width(|figure| &figure.name, 6);
    let measured = width(|figure| &figure.measured, 8);
    let wanted = width(|figure| &figure.wanted, 6);
    let row = |a: &str, b: &str, c: &str, d: &str, e: &str| {
        line(format!(
            "{a:<name$}  {b:>measured$}  {c:>wanted$}  {d:<3}  {e}"
        ));
    };
    row("figure", "measured", "wanted", "met", "made of");
    for figure in figures {
        let met = if figure.is_met { "yes" } else { "NO" };
        row(
            &figure.name,
            &figure.measured,
            &figure.wanted,
            met,
            &figure.detail,
        );
    }
    let missed = figures.iter().filter(|figure| !figure.is_met).count();
    line(format!(
        "{} of {} figures are met",
        figures.len() - missed,
        figures.len()
    ));
}

/// A ratio of two rates that were measured in turns.
fn ratio(name: String, wanted: f64, names: [&str; 2], turns: &[[f64; 2]], more: &str) -> Figure {
    let of = |which: fn(&[f64; 2]) -> f64| {
        let values: Vec<_> = turns.iter().map(which).collect();
        report::median(&values)
    };
    let ratio = of(|[ours, base]| ours / base.max(f64::MIN_POSITIVE));
    let [ours, base] = [of(|[ours, _]| *ours), of(|[_, base]| *base)];
    Figure {
        name,
        measured: format!("{ratio:.2}"),
        wanted: format!(">= {wanted:.2}"),
        is_met: wanted <= ratio,
        detail: format!(
            "{} {}/s, {} {}/s, {} turns{more}",
            names[0],
            report::thousands(ours),
            names[1],
            report::thousands(base),
            turns.len()
        ),
    }
}
