//! Listing users with read permission only: growth with the number of rows, and the cost of the permission check.

use anyhow::Result;

use super::{
    args::Args,
    figure::{Figure, growth},
    heard::Heard,
    rows,
    world::{Person, World},
};
use crate::report::progress;

const PATH: &str = "/api/users/?limit=100";

/// The target growth of a page's time when the number of users grows from 100 to 10,000.
const GROWTH: f64 = 1.5;

/// The target number of queries of a permission check.
const QUERIES: usize = 1;

/// A server with accounts in its database.
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
        progress(format!("users on {kind}, turn {turn}: {few:.2} and {many:.2} ms"));
        turns.push([many, few]);
    }
    let mut figures =
        vec![growth(format!("users at 10,000 / 100, {kind}"), GROWTH, ["10,000", "100"], &turns)];
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

/// Returns the additional statements of a caller that needs a permission. `None` on SQLite: see [`Heard`].
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
