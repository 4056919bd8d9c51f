//! From an empty directory to the first 200, and the memory of an idle server.

use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::time;

use super::{args::Args, figure::Figure};
use crate::{
    report::{median, progress},
    server::Setup,
};

const STARTS: usize = 5;
const START_LIMIT_MS: f64 = 500.0;
const IDLE_LIMIT_MB: f64 = 40.0;

/// The time after which startup work has ended.
const SETTLING: Duration = Duration::from_secs(2);

pub(super) async fn measure(args: &Args) -> Result<[Figure; 2]> {
    let (mut starts, mut idle) = (Vec::new(), Vec::new());
    for turn in 1..=STARTS {
        let folder = tempfile::tempdir()?;
        let setup = Setup::loggia(&args.server, folder.path(), None)?
            .with("LOGGIA_WORKERS", args.workers)
            .with("LOGGIA_HASH_PERMITS", args.permits);
        let began = Instant::now();
        let server = setup.start("/readyz", None).await?;
        let start = began.elapsed().as_secs_f64() * 1e3;
        time::sleep(SETTLING).await;
        let resident = server.resident_mb()?;
        server.kill()?;
        progress(format!("start {turn}: {start:.0} ms, {resident:.1} MB"));
        starts.push(start);
        idle.push(resident);
    }
    let (start, idle) = (median(&starts), median(&idle));
    Ok([
        Figure {
            name: "start to first 200".to_owned(),
            measured: format!("{start:.0} ms"),
            wanted: format!("< {START_LIMIT_MS} ms"),
            is_met: start < START_LIMIT_MS,
            detail: format!("median of {STARTS}, on an empty directory"),
        },
        Figure {
            name: "memory, idle".to_owned(),
            measured: format!("{idle:.1} MB"),
            wanted: format!("< {IDLE_LIMIT_MB} MB"),
            is_met: idle < IDLE_LIMIT_MB,
            detail: format!("resident, median of {STARTS}"),
        },
    ])
}
