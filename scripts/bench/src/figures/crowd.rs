//! The effect of 300 concurrent logins on other requests, and 64 concurrent registrations.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::Result;
use futures_util::future::join_all;
use loggia_identity::passwords::Params;
use tokio::time;

use super::{
    args::Args,
    figure::Figure,
    statuses::Statuses,
    world::{Person, World},
};
use crate::{
    api::{Client, new_email, new_password},
    load::Load,
    report::progress,
    server::Server,
};

const CROWD: usize = 300;
const REGISTRATIONS: usize = 64;
const P99_LIMIT_MS: f64 = 100.0;

/// The target for memory during 300 logins beyond idle memory and that of the hashes.
const SPARE_MB: f64 = 64.0 * 1.048_576;

/// Clients that read their profiles at the same time, each a hundred times a second.
const READERS: usize = 8;
const READERS_PAUSE: Duration = Duration::from_millis(10);

const WARM_UP: Duration = Duration::from_secs(2);

pub(super) async fn measure(args: &Args, postgres: Option<&str>) -> Result<Vec<Figure>> {
    let world = World::start(args, postgres).await?;
    let kind = world.database.kind();
    let idle = world.server.resident_mb()?;
    let people = world.people(args.connections).await?;
    progress(format!("{CROWD} log in on {kind}"));
    let measured = args.turn() * 2;
    let until = Instant::now() + WARM_UP + measured;
    let load = Load {
        address: world.server.address,
        requests: people.iter().map(Person::profile).collect(),
        connections: READERS,
        warm_up: WARM_UP,
        measured,
        pause: READERS_PAUSE,
    };
    let (readers, statuses, peak) = tokio::join!(
        load.run(),
        log_in(world.server.address, &people, until),
        peak(&world.server, until)
    );
    let (readers, statuses, peak) = (readers?, statuses?, peak?);
    progress(format!("{REGISTRATIONS} register on {kind}"));
    let registrations = register(world.server.address).await?;
    world.end().await?;

    let p99 = readers.quantile_ms(0.99);
    let hash_mb = f64::from(Params::default().memory_kib) * 1024.0 / 1e6;
    let permits = f64::from(u32::try_from(args.permits).unwrap_or(u32::MAX));
    let limit = idle + permits * hash_mb + SPARE_MB;
    Ok(vec![
        Figure {
            name: format!("profile while {CROWD} log in, {kind}"),
            measured: format!("{p99:.1} ms"),
            wanted: format!("< {P99_LIMIT_MS} ms"),
            is_met: p99 < P99_LIMIT_MS && readers.failures == 0,
            detail: format!(
                "p99 of {:.0}/s, {} failed; logins {}",
                readers.rate(),
                readers.failures,
                statuses.list()
            ),
        },
        Figure {
            name: format!("memory while {CROWD} log in, {kind}"),
            measured: format!("{peak:.1} MB"),
            wanted: format!("< {limit:.0} MB"),
            is_met: peak < limit,
            detail: "resident, at most".to_owned(),
        },
        Figure {
            name: format!("{REGISTRATIONS} register at once, {kind}"),
            measured: format!("{} 5xx", registrations.faults()),
            wanted: "0 5xx".to_owned(),
            is_met: registrations.faults() == 0,
            detail: registrations.list(),
        },
    ])
}

/// Logs in repeatedly, and retries when told to come back later.
async fn log_in(address: SocketAddr, people: &[Person], until: Instant) -> Result<Statuses> {
    let crowd = people.iter().cycle().take(CROWD).map(async |person| {
        let mut client = Client::new(address);
        let mut statuses = Vec::new();
        while Instant::now() < until {
            let reply = client.log_in(&person.email, &person.password).await?;
            statuses.push(reply.status);
            if let Some(pause) = reply.retry_after {
                let left = until.saturating_duration_since(Instant::now());
                // Waits as long as the server requested.
                time::sleep(pause.min(left)).await;
            }
        }
        anyhow::Ok(statuses)
    });
    Statuses::of(join_all(crowd).await)
}

async fn register(address: SocketAddr) -> Result<Statuses> {
    let registrations = (0..REGISTRATIONS).map(async |_| {
        let reply = Client::new(address).register(&new_email(), &new_password()).await?;
        anyhow::Ok(vec![reply.status])
    });
    Statuses::of(join_all(registrations).await)
}

/// Returns the highest memory usage seen.
async fn peak(server: &Server, until: Instant) -> Result<f64> {
    let mut peak: f64 = 0.0;
    while Instant::now() < until {
        peak = peak.max(server.resident_mb()?);
        // Memory is sampled, because polling it continuously would take a core from the server.
        time::sleep(Duration::from_millis(100)).await;
    }
    Ok(peak)
}
