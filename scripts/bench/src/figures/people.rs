//! Listing users as one who may only look: what it costs as the work grows, and what the permission check costs.

use anyhow::Result;

use super::{
    Args,
    figure::{Figure, growth},
    heard::Heard,
    rows,
    world::{Person, World},
};
use crate::report::progress;

const PATH: &str = "/api/users/?limit=100";

/// How much longer a page of 10,000 users may take than all 100: a target of this project.
const GROWTH: f64 = 1.5;

/// Queries of a permission check: a target of this project.
const QUERIES: usize = 1;

/// A server with accounts in it.
struct Filled {
    world: World,
    viewer: Person,
}

pub(super) async fn measure(args: &Args, postgres: Option<&str>) -> Result<Vec<Figure>> {
    let few = Filled::start(args, postgres, 100).await?;
    let many = Filled::start(args, postgres, 10_000).await?;
    let kind = few.world.database.kind();
    let mut turns = Vec::new();
    for turn in 1..=args.rounds {
        let few = few.world.p50(args, PATH, &few.viewer).await?;
        let many = many.world.p50(args, PATH, &many.viewer).await?;
        progress(format!(
            "users on {kind}, turn {turn}: {few:.2} and {many:.2} ms"
        ));
        turns.push([many, few]);
    }
    let mut figures = vec![growth(
        format!("users at 10,000 / 100, {kind}"),
        GROWTH,
        ["10,000", "100"],
        &turns,
    )];
    figures.extend(check(args, &few).await?);
    few.world.end().await?;
    many.world.end().await?;
    Ok(figures)
}

impl Filled {
    async fn start(args: &Args, postgres: Option<&str>, accounts: usize) -> Result<Self> {
        let world = World::start(args, postgres).await?;
        let viewer = world.person().await?;
        // The viewer is one of them.
        let mut statements = rows::accounts(accounts - 1);
        statements.extend(rows::viewer(&viewer));
        rows::write(&world.database, &statements).await?;
        Ok(Self { world, viewer })
    }
}

/// What is asked for one who needs a permission, beside what is asked for one who needs none. None on SQLite: see [`Heard`].
async fn check(args: &Args, filled: &Filled) -> Result<Option<Figure>> {
    let Filled { world, viewer } = filled;
    let Some(server) = Heard::server(args, world).await? else {
        return Ok(None);
    };
    let superuser = world.person().await?;
    rows::write(&world.database, &rows::superuser(&superuser)).await?;
    let checked = server.statements(PATH, viewer).await?.len();
    let unchecked = server.statements(PATH, &superuser).await?.len();
    server.kill()?;
    let more = checked.saturating_sub(unchecked);
    Ok(Some(Figure {
        name: format!("permission check, queries, {}", world.database.kind()),
        measured: more.to_string(),
        wanted: format!("<= {QUERIES}"),
        is_met: more <= QUERIES,
        detail: format!("{checked} with a permission, {unchecked} as a superuser"),
    }))
}
