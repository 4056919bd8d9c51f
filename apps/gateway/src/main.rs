//! The `loggia` program.

use std::process::ExitCode;

use gateway::cli::{self, Invocation};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Settings are read while there is a single thread, because `.env` changes the environment.
    match cli::parse() {
        Ok(invocation) => run(invocation),
        Err(fault) => fault.report(),
    }
}

/// Multi-threaded: database connections live on this runtime, because those of the HTTP workers have a single thread
/// each.
#[tokio::main]
async fn run(invocation: Invocation) -> ExitCode {
    match Box::pin(invocation.run()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is_closed_output() => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {:#}", anyhow::Error::from(error));
            ExitCode::FAILURE
        }
    }
}
