//! Logging in, compared with argon2id alone.

use std::time::Duration;

use anyhow::{Result, bail};

use super::{
    args::Args,
    figure::{Figure, ratio},
    world::World,
};
use crate::{
    argon::{self, Memory},
    load::Load,
    report::progress,
};

const WANTED: f64 = 0.9;

pub(super) async fn measure(args: &Args, postgres: Option<&str>) -> Result<Figure> {
    let world = World::start(args, postgres).await?;
    let kind = world.database.kind();
    let requests: Vec<_> =
        world.people(args.connections).await?.iter().map(|person| person.log_in()).collect();
    let mut turns = Vec::new();
    let mut last = String::new();
    for turn in 1..=args.rounds {
        let base = argon::rate(args.permits, args.turn(), Memory::Fresh)?;
        let ours = Load {
            address: world.server.address,
            requests: requests.clone(),
            connections: args.connections,
            warm_up: Duration::from_secs(1),
            measured: args.turn(),
            pause: Duration::ZERO,
        }
        .run()
        .await?;
        if ours.failures > 0 {
            bail!("{} logins failed", ours.failures);
        }
        progress(format!("login on {kind}, turn {turn}: {:.1}/s over {base:.1}/s", ours.rate()));
        last = format!(", p99 {:.0} ms", ours.quantile_ms(0.99));
        turns.push([ours.rate(), base]);
    }
    world.end().await?;
    let name = format!("login / argon2id, {kind}");
    Ok(ratio(name, WANTED, ["login", "argon2id"], &turns, &last))
}
