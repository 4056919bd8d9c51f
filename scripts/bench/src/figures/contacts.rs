//! Listing contacts: queries per page, comparison with the floor, and growth with the number of rows.

mod filled;
mod walk;

use anyhow::Result;

use self::filled::{Filled, PATH};
use super::{
    args::Args,
    figure::{Figure, growth, ratio},
    floor::{Floor, Question},
    heard::Heard,
    rows::Contacts,
};
use crate::report::progress;

/// The target ratio to the floor.
const WANTED: f64 = 0.6;

/// The target number of queries per page.
const QUERIES: usize = 3;

/// The target growth of a page's time when other organizations have more contacts, and when the caller's own
/// organization has.
const GROWTH: f64 = 1.5;
const OWN_GROWTH: f64 = 2.0;

/// Pages of every kind: name and query.
const PAGES: [(&str, &str); 5] = [
    ("first", ""),
    ("middle", "&offset=5000"),
    ("past the end", "&offset=50000"),
    ("sorted", "&offset=5000&sort_by=display_name&sort_order=desc"),
    ("searched", "&search=pat%20person"),
];

pub(super) async fn measure(args: &Args, postgres: Option<&str>) -> Result<Vec<Figure>> {
    let fill = |total, own| Filled::start(args, postgres, Contacts { total, own });
    let few = fill(1_000, 1_000).await?;
    let usual = fill(100_000, 10_000).await?;
    let many = fill(1_000_000, 10_000).await?;
    let own = fill(100_000, 100_000).await?;
    let mut figures = vec![against_floor(args, &usual).await?];
    figures.extend(queries(args, &usual).await?);
    figures.extend(growths(args, [&few, &usual, &many, &own]).await?);
    figures.push(walk::measure(args, &own).await?);
    for filled in [few, usual, many, own] {
        filled.world.end().await?;
    }
    Ok(figures)
}

/// Compares the time of a page on a small and a large database.
async fn growths(args: &Args, worlds: [&Filled; 4]) -> Result<[Figure; 3]> {
    let [few, usual, many, own] = worlds;
    let kind = usual.world.database.kind();
    let (mut hundredfold, mut thousandfold, mut tenfold) = (Vec::new(), Vec::new(), Vec::new());
    for turn in 1..=args.rounds {
        let few = few.p50(args).await?;
        let usual = usual.p50(args).await?;
        let many = many.p50(args).await?;
        let own = own.p50(args).await?;
        progress(format!(
            "contacts on {kind}, turn {turn}: {few:.2}, {usual:.2}, {many:.2} ms; own {own:.2} ms"
        ));
        hundredfold.push([usual, few]);
        thousandfold.push([many, few]);
        tenfold.push([own, usual]);
    }
    let name = |rows: &str| format!("contacts at {rows}, {kind}");
    Ok([
        growth(name("100,000 / 1,000"), GROWTH, ["100,000", "1,000"], &hundredfold),
        growth(name("1,000,000 / 1,000"), GROWTH, ["1,000,000", "1,000"], &thousandfold),
        growth(name("100,000 own / 10,000"), OWN_GROWTH, ["100,000 own", "10,000 own"], &tenfold),
    ])
}

async fn against_floor(args: &Args, filled: &Filled) -> Result<Figure> {
    let Filled { world, person } = filled;
    let question = Question { name: "contacts", path: PATH, person };
    let floor = Floor::start(args, world, &question).await?;
    let (turns, more) = floor.turns(args, world, &question).await?;
    floor.kill()?;
    let name = format!("contacts / floor, {}", world.database.kind());
    Ok(ratio(name, WANTED, ["contacts", "floor"], &turns, &more))
}

/// `None` on SQLite: see [`Heard`].
async fn queries(args: &Args, filled: &Filled) -> Result<Option<Figure>> {
    let Filled { world, person } = filled;
    let Some(server) = Heard::server(args, world).await? else {
        return Ok(None);
    };
    let mut counts = Vec::new();
    for (name, parameters) in PAGES {
        let path = format!("{PATH}{parameters}");
        counts.push((name, server.statements(&path, person).await?.len()));
    }
    server.kill()?;
    let most = counts.iter().map(|(_, count)| *count).max();
    let most = most.unwrap_or_default();
    let listed: Vec<_> = counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
    Ok(Some(Figure {
        name: format!("contacts, queries a page, {}", world.database.kind()),
        measured: most.to_string(),
        wanted: format!("<= {QUERIES}"),
        is_met: most <= QUERIES,
        detail: listed.join(", "),
    }))
}
