//! `loggia-bench`: measures a release build of `loggia`, and checks its behavior when it is killed or runs twice.

mod api;
mod argon;
mod commits;
mod crash;
mod database;
mod figures;
mod floor;
mod http;
mod load;
mod mailbox;
mod mutex;
mod replicas;
mod report;
mod server;
mod tap;
#[cfg(test)]
mod tests;

use std::{future::Future, process::ExitCode};

use anyhow::Result;
use clap::{Parser, Subcommand};
use tokio::runtime::Builder;

/// The server's allocator, so that the floor uses the same one.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
#[command(version, about)]
struct Bench {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Serves the caller's profile and contacts from a minimal server, as the reference for measurements
    Floor(floor::Args),
    /// Sends one request repeatedly, and prints requests per second and latencies
    Load(load::Args),
    /// Prints how many passwords can be hashed per second
    Argon2(argon::Args),
    /// Measures every figure, and marks which targets are met
    Figures(figures::Args),
    /// Kills the server repeatedly, and looks for lost or half-written changes
    Crash(crash::Args),
    /// Runs two servers on one PostgreSQL, and looks for inconsistencies between them
    Replicas(replicas::Args),
}

fn main() -> ExitCode {
    let outcome = match Bench::parse().what {
        What::Floor(args) => on_all_cores(floor::serve(args)),
        What::Load(args) => on_one_thread(load::run(args)),
        What::Argon2(args) => argon::run(&args),
        What::Figures(args) => on_one_thread(figures::run(args)),
        What::Crash(args) => on_one_thread(crash::run(args)),
        What::Replicas(args) => on_one_thread(replicas::run(args)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Builds a multi-threaded runtime, as the server's main one is, because database connections run there.
fn on_all_cores(work: impl Future<Output = Result<()>>) -> Result<()> {
    Builder::new_multi_thread().enable_all().build()?.block_on(work)
}

/// Builds a single-threaded runtime, so that the load takes at most one core and leaves the other to the server.
fn on_one_thread(work: impl Future<Output = Result<()>>) -> Result<()> {
    Builder::new_current_thread().enable_all().build()?.block_on(work)
}
