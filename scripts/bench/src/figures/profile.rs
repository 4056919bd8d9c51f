//! Reading one's own profile, against the floor.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Result, bail};

use super::{
    Args, Figure, ratio,
    world::{Person, World},
};
use crate::{
    api::Client,
    load::{Load, Outcome},
    report::progress,
    server::{SECRET_KEY, Server, Setup, free_address},
};

const WANTED: f64 = 0.75;

pub(super) async fn measure(args: &Args, postgres: Option<&str>) -> Result<Figure> {
    let world = World::start(args, postgres).await?;
    let kind = world.database.kind();
    let person = world.person().await?;
    let floor = start_floor(args, &world, &person).await?;
    same_answers(&world, &floor, &person).await?;
    let mut turns = Vec::new();
    let mut last = String::new();
    for turn in 1..=args.rounds {
        let base = load(args, floor.address, &person).await?;
        let ours = load(args, world.server.address, &person).await?;
        progress(format!(
            "profile on {kind}, turn {turn}: {:.0}/s over {:.0}/s",
            ours.rate(),
            base.rate()
        ));
        last = format!(
            ", p99 {:.1} and {:.1} ms",
            ours.quantile_ms(0.99),
            base.quantile_ms(0.99)
        );
        turns.push([ours.rate(), base.rate()]);
    }
    floor.kill()?;
    world.end().await?;
    let name = format!("profile / floor, {kind}");
    Ok(ratio(name, WANTED, ["profile", "floor"], &turns, &last))
}

/// This very program, on the server's database.
async fn start_floor(args: &Args, world: &World, person: &Person) -> Result<Server> {
    let address = free_address()?;
    let arguments = [
        "floor",
        "--bind",
        &address.to_string(),
        "--database-url",
        world.database.url(),
        "--secret-key",
        SECRET_KEY,
        "--workers",
        &args.workers.to_string(),
    ];
    let setup = Setup {
        program: std::env::current_exe()?,
        arguments: arguments.map(str::to_owned).to_vec(),
        environment: Vec::new(),
        folder: world.folder.path().to_owned(),
        address,
    };
    setup.start("/api/v1/users/me", Some(&person.access)).await
}

/// A floor that answers something else would be a floor of something else.
async fn same_answers(world: &World, floor: &Server, person: &Person) -> Result<()> {
    let ours = Client::new(world.server.address)
        .profile(&person.access)
        .await?;
    let base = Client::new(floor.address).profile(&person.access).await?;
    if ours.body != base.body {
        bail!(
            "the floor answers {}, and the server {}: src/floor.rs must follow the server",
            base.body,
            ours.body
        );
    }
    Ok(())
}

async fn load(args: &Args, address: SocketAddr, person: &Person) -> Result<Outcome> {
    let outcome = Load {
        address,
        requests: vec![person.profile()],
        connections: args.connections,
        warm_up: Duration::from_secs(1),
        measured: args.turn(),
        pause: Duration::ZERO,
    }
    .run()
    .await?;
    if outcome.failures > 0 {
        bail!("{} profiles were refused", outcome.failures);
    }
    Ok(outcome)
}
