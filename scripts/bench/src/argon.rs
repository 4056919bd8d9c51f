//! The rate at which this machine hashes passwords without a server: the reference for logins.

use std::{
    hint::black_box,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, anyhow, bail};
use argon2::{Algorithm, Argon2, Block, Version};
use loggia_identity::passwords::Params;

use crate::report;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Hashes that run at once
    #[arg(long, env = "LOGGIA_HASH_PERMITS", value_name = "N", default_value_t = 2)]
    permits: usize,
    /// How long to hash
    #[arg(long, value_name = "SECONDS", default_value_t = 5)]
    seconds: u64,
}

/// Runs `loggia-bench argon2`.
pub(crate) fn run(args: &Args) -> Result<()> {
    let span = Duration::from_secs(args.seconds);
    let fresh = rate(args.permits, span, Memory::Fresh)?;
    let kept = rate(args.permits, span, Memory::Kept)?;
    report::line(format!(
        "{fresh:.1} hashes/s with {} at once; {kept:.1} where each thread keeps its memory",
        args.permits
    ));
    Ok(())
}

/// The origin of a hash's memory.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Memory {
    /// Allocated for each hash, as argon2's plain call does.
    Fresh,
    /// Reused for every hash.
    Kept,
}

/// Returns hashes per second with the server's own parameters, on this number of threads.
pub(crate) fn rate(permits: usize, span: Duration, memory: Memory) -> Result<f64> {
    let began = Instant::now();
    let threads: Vec<_> = (0..permits.max(1))
        .map(|_| thread::spawn(move || hash_until(began + span, memory)))
        .collect();
    let mut hashes = 0;
    for thread in threads {
        let Ok(done) = thread.join() else {
            bail!("a thread panicked");
        };
        hashes += done?;
    }
    Ok(f64::from(hashes) / began.elapsed().as_secs_f64())
}

fn hash_until(end: Instant, memory: Memory) -> Result<u32> {
    let costs = Params::default();
    let params = argon2::Params::new(costs.memory_kib, costs.passes, costs.lanes, Some(32))
        .map_err(|error| anyhow!("argon2 rejects the parameters: {error}"))?;
    let mut kept = match memory {
        Memory::Fresh => Vec::new(),
        Memory::Kept => vec![Block::default(); params.block_count()],
    };
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let (password, salt) = (b"a password of 24 letters", [7; 16]);
    let mut hashes = 0;
    while Instant::now() < end {
        let mut output = [0; 32];
        match memory {
            Memory::Fresh => argon.hash_password_into(password, &salt, &mut output),
            Memory::Kept => {
                argon.hash_password_into_with_memory(password, &salt, &mut output, &mut kept)
            }
        }
        .map_err(|error| anyhow!("argon2 failed: {error}"))?;
        black_box(output);
        hashes += 1;
    }
    Ok(hashes)
}
