//! `loggia jobs`: background jobs that failed for good.

use clap::{Args, Subcommand};
use loggia_jobs::{DeadJob, JobId};
use loggia_kernel::{PageRequest, Timestamp};
use serde_json::{Value, json};

use super::{Result, output::say, table};
use crate::{Services, config::Settings, migrations};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List the jobs that failed for good, the latest first
    Dead {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Retry jobs that failed for good
    Requeue(Requeue),
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct Requeue {
    /// The job with this id
    #[arg(value_name = "ID")]
    id: Option<i64>,
    /// All jobs that failed for good
    #[arg(long)]
    all: bool,
}

/// Runs a command, with or without a running server.
pub(super) async fn run(command: Command, settings: &Settings) -> Result<()> {
    let services = Services::open(settings).await?;
    migrations::run(&services.db).await?;
    match command {
        Command::Dead { json } => print(&services, json).await,
        Command::Requeue(which) => say(&requeue(&services, &which).await?),
    }
}

/// Requeues jobs and returns a summary.
///
/// # Errors
/// [`super::Error::Refused`] if no dead job has this id, [`super::Error::Jobs`] if the database fails.
async fn requeue(services: &Services, which: &Requeue) -> Result<String> {
    let (queue, work) = (&services.queue, &mut services.work());
    let Some(id) = which.id else {
        return Ok(format!("requeued {}", queue.requeue_all(work).await?));
    };
    queue.requeue(work, JobId::new(id)).await?;
    Ok(format!("requeued job {id}"))
}

const HEAD: [&str; 6] = ["id", "kind", "attempts", "created", "failed", "last error"];

async fn print(services: &Services, as_json: bool) -> Result<()> {
    let jobs = dead(services).await?;
    if as_json {
        return table::print_json(jobs.iter().map(object).collect());
    }
    table::print(HEAD, jobs.iter().map(row))
}

async fn dead(services: &Services) -> Result<Vec<DeadJob>> {
    let work = &mut services.work();
    let mut jobs = Vec::new();
    loop {
        let offset = u64::try_from(jobs.len()).unwrap_or(u64::MAX);
        let page = PageRequest::new(PageRequest::MAX_LIMIT, offset);
        let page = services.queue.list_dead(work, page).await?;
        if page.items.is_empty() {
            return Ok(jobs);
        }
        jobs.extend(page.items);
    }
}

fn object(job: &DeadJob) -> Value {
    json!({
        "id": job.id.get(),
        "kind": job.kind,
        "attempts": job.attempts,
        "created_at": shown(job.created_at),
        "died_at": shown(job.died_at),
        "last_error": job.last_error,
    })
}

fn row(job: &DeadJob) -> [String; 6] {
    [
        job.id.to_string(),
        job.kind.clone(),
        job.attempts.to_string(),
        shown(job.created_at),
        shown(job.died_at),
        job.last_error.clone().unwrap_or_default(),
    ]
}

/// Formats a timestamp by RFC 3339, to the second.
fn shown(at: Timestamp) -> String {
    at.to_utc().format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests;
