//! `loggia-bench crash`: `kill -9` in the middle of registrations and password resets, over and over.
//!
//! What must hold: whatever was acknowledged is still there, and what was not is either done or not done, never in
//! between.

mod check;
mod drive;
mod people;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use rand::RngExt;
use tokio::time;

use self::{
    check::Checker,
    drive::Drivers,
    people::{Counts, Person},
};
use crate::{
    database::Database,
    mailbox::Mailbox,
    report::{line, progress},
    server::Setup,
};

/// Milliseconds from the first request to the kill.
const LIFE_MS: std::ops::Range<u64> = 30..1_200;

/// A letter whose worker was killed is sent again when its lease has run out, a minute later: by then all have come, and
/// those that come once more, too.
const LEASE: Duration = Duration::from_secs(65);

/// When letters that have not come are given up.
const MAIL_LIMIT: Duration = Duration::from_secs(150);

/// More faults than these say nothing new.
const SHOWN: usize = 20;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The program to kill
    #[arg(long, value_name = "PATH", default_value = "target/release/loggia")]
    server: PathBuf,
    /// A PostgreSQL on which a database may be made; without one, SQLite
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
    /// How often to kill it
    #[arg(long, value_name = "N", default_value_t = 50)]
    rounds: usize,
}

/// `loggia-bench crash`.
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
        line(format!("FAULT: {fault}"));
    }
    if !faults.is_empty() {
        bail!("{} faults", faults.len());
    }
    line("nothing lost, nothing half-written");
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
        // How long a server lives is chance: that is what is tried.
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
            "kill {round} after {} ms: {deeds_done} deeds, {} faults so far",
            life.as_millis(),
            checker.faults.len()
        ));
    }
    let server = setup.start("/readyz", None).await?;
    progress("the last look: everybody logs in, every letter comes");
    checker.everybody_logs_in().await?;
    let began = Instant::now();
    time::sleep(LEASE).await;
    while checker.letters_missing()? > 0 && began.elapsed() < MAIL_LIMIT {
        // Letters are files of another process, which tells nobody.
        time::sleep(Duration::from_millis(500)).await;
    }
    checker.count_letters()?;
    server.kill()?;
    Ok((checker.counts, checker.faults))
}

/// Locks. What a task that panicked left behind is whole: nothing here changes in two steps.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Who may be reset by the drivers, and by one of them at a time.
type Pool = Arc<Mutex<Vec<Person>>>;
