//! `loggia-bench`: measures a release build of `loggia`, and checks what it holds when it is killed or doubled.

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

/// As in the server: the floor stands on the same allocator.
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
    /// Serves the caller's profile and contacts with nothing around them: what the server is measured against
    Floor(floor::Args),
    /// Sends one request over and over, and prints requests a second and latencies
    Load(load::Args),
    /// Prints how many passwords a second can be hashed
    Argon2(argon::Args),
    /// Measures everything there is a figure for, and says which figures are met
    Figures(figures::Args),
    /// Kills the server over and over, and looks for what is lost or half-written
    Crash(crash::Args),
    /// Runs two servers on one PostgreSQL, and looks for what one does not know of the other
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

/// Multi-threaded, as the server's main runtime is: database connections live there.
fn on_all_cores(work: impl Future<Output = Result<()>>) -> Result<()> {
    Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(work)
}

/// A load that takes one core at most leaves the other to the server.
fn on_one_thread(work: impl Future<Output = Result<()>>) -> Result<()> {
    Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(work)
}
