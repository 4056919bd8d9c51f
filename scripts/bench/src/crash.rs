//! `loggia-bench crash`: repeated `kill -9` during registrations and password resets.
//!
//! Invariant: every acknowledged change is still there, and an unacknowledged one is executed completely or not at all.

mod check;
mod drive;
mod people;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use rand::RngExt;
use tokio::time;

use self::{check::Checker, drive::Drivers, people::Counts};
use crate::{
    database::Database,
    mailbox::Mailbox,
    report::{line, progress},
    server::Setup,
};

/// Milliseconds from the first request to the kill.
const LIFE_MS: std::ops::Range<u64> = 30..1_200;

/// An email whose worker was killed is sent again when its lease expires, a minute later. After this time all emails
/// and all repetitions have arrived.
const LEASE: Duration = Duration::from_secs(65);

/// The time after which a missing email counts as lost.
const MAIL_LIMIT: Duration = Duration::from_secs(150);

/// The number of errors to print; more add no information.
const SHOWN: usize = 20;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The program to kill
    #[arg(long, value_name = "PATH", default_value = "target/release/loggia")]
    server: PathBuf,
    /// A PostgreSQL server on which a database may be created; SQLite without one
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
    /// How often to kill it
    #[arg(long, value_name = "N", default_value_t = 50)]
    rounds: usize,
}

/// Runs `loggia-bench crash`.
pub(crate) async fn run(args: Args) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let database = Database::create(args.postgres.as_deref(), folder.path()).await?;
    let outcome = kill_and_look(&args, folder.path(), &database).await;
    let kind = database.kind();
    database.remove().await?;
    let (counts, faults) = outcome?;
    line(format!("{} kills on {kind}", args.rounds));
    line(counts.to_string());
    for fault in faults.iter().take(SHOWN) {
        line(format!("ERROR: {fault}"));
    }
    if !faults.is_empty() {
        bail!("{} errors", faults.len());
    }
    line("no change is lost or half-written");
    Ok(())
}

async fn kill_and_look(
    args: &Args,
    folder: &Path,
    database: &Database,
) -> Result<(Counts, Vec<String>)> {
    let setup = Setup::loggia(&args.server, folder, Some(database.url()))?;
    let mailbox = Arc::new(Mutex::new(Mailbox::new(&folder.join("data/mail"))));
    let mut checker = Checker::new(setup.address, Arc::clone(&mailbox));
    for round in 1..=args.rounds {
        let server = setup
            .start("/readyz", None)
            .await
            .with_context(|| format!("no healthy start before kill {round}"))?;
        let drivers = Drivers::start(setup.address, Arc::clone(&mailbox), checker.take_settled());
        let life = Duration::from_millis(rand::rng().random_range(LIFE_MS));
        // The lifetime of the server is random on purpose: the kill must hit every state.
        time::sleep(life).await;
        server.kill()?;
        let (idle, deeds) = drivers.end().await?;
        let deeds_done = deeds.len();
        let server = setup
            .start("/readyz", None)
            .await
            .with_context(|| format!("no healthy start after kill {round}"))?;
        checker.settle(idle);
        checker.check(deeds).await?;
        server.kill()?;
        progress(format!(
            "kill {round} after {} ms: {deeds_done} actions, {} errors so far",
            life.as_millis(),
            checker.faults.len()
        ));
    }
    let server = setup.start("/readyz", None).await?;
    progress("final check: every account logs in, every email arrives");
    checker.every_account_logs_in().await?;
    let began = Instant::now();
    time::sleep(LEASE).await;
    while checker.emails_missing()? > 0 && began.elapsed() < MAIL_LIMIT {
        // Emails are files of another process, which sends no notification.
        time::sleep(Duration::from_millis(500)).await;
    }
    checker.count_emails()?;
    server.kill()?;
    Ok((checker.counts, checker.faults))
}
