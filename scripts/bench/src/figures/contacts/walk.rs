//! Reading a long list page by page with its cursor: the last pages must cost the same as the first.

use std::time::Instant;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::filled::{Filled, PATH};
use crate::{
    figures::{
        args::Args,
        figure::{Figure, growth},
    },
    http::{self, Connection},
    report::{median, progress},
};

/// The target growth of a page's time from the beginning to the end.
const GROWTH: f64 = 1.5;

/// The number of pages that count as the beginning, and as the end.
const PAGES: usize = 100;

/// How often the page at the deep offset is requested.
const OFFSETS: usize = 50;

/// Measures the list of all 100,000 contacts.
pub(super) async fn measure(args: &Args, filled: &Filled) -> Result<Figure> {
    let kind = filled.world.database.kind();
    let mut turns = Vec::new();
    for turn in 1..=args.rounds {
        let times = walk(filled).await?;
        let Some(after) = times.len().checked_sub(PAGES) else {
            bail!("the walk has {} pages only", times.len());
        };
        let (start, end) = (median(&times[..PAGES]), median(&times[after..]));
        progress(format!(
            "walk on {kind}, turn {turn}: {start:.2} to {end:.2} ms, {} pages",
            times.len()
        ));
        turns.push([end, start]);
    }
    let offset = offset(filled).await?;
    let name = format!("contacts by cursor, end / start, {kind}");
    let figure = growth(name, GROWTH, ["last pages", "first"], &turns);
    Ok(Figure { detail: format!("{}; offset=99900 {offset:.2} ms", figure.detail), ..figure })
}

/// Measures each page in order, in milliseconds.
async fn walk(filled: &Filled) -> Result<Vec<f64>> {
    let mut connection = Connection::open(filled.world.server.address).await?;
    let mut times = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("{PATH}&cursor={cursor}");
        let (time, body) = timed(&mut connection, filled, &path).await?;
        times.push(time);
        match body.get("next_cursor") {
            Some(Value::String(next)) => cursor.clone_from(next),
            Some(Value::Null) => return Ok(times),
            _ => bail!("a page by cursor does not say where the next one begins"),
        }
    }
}

/// Measures the last page by its offset, in milliseconds.
async fn offset(filled: &Filled) -> Result<f64> {
    let mut connection = Connection::open(filled.world.server.address).await?;
    let mut times = Vec::new();
    for _ in 0..OFFSETS {
        let path = format!("{PATH}&offset=99900");
        times.push(timed(&mut connection, filled, &path).await?.0);
    }
    Ok(median(&times))
}

async fn timed(connection: &mut Connection, filled: &Filled, path: &str) -> Result<(f64, Value)> {
    let request = http::request("GET", path, Some(&filled.person.access), None);
    let began = Instant::now();
    let response = connection.send(&request).await?;
    let time = began.elapsed().as_secs_f64() * 1e3;
    if !response.is_success() {
        bail!("{path} fails with {}", response.status);
    }
    Ok((time, serde_json::from_slice(response.body).context("the page is no JSON")?))
}
