//! Creating contacts on SQLite from many clients at once, compared with single-row commits alone.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use futures_util::future::join_all;
use serde_json::json;
use tokio::task;

use super::{
    args::Args,
    figure::{Figure, ratio},
    statuses::Statuses,
    world::{Person, World},
};
use crate::{api::Client, commits, report::progress};

const CLIENTS: usize = 64;
const WANTED: f64 = 0.5;

/// Turns are short and many, because the speed of a disk may change from one second to the next.
const SHORTER: u32 = 4;

pub(super) async fn measure(args: &Args) -> Result<Vec<Figure>> {
    let world = World::start(args, None).await?;
    let person = world.person().await?;
    let file = world.database.url().strip_prefix("sqlite://");
    let file = PathBuf::from(file.context("no file of SQLite's")?);
    // Opens the connections and everything else created at the first write.
    let mut all = create(&world, &person, Duration::from_secs(1), 0).await?;
    let mut turns = Vec::new();
    let span = args.turn() / SHORTER;
    for turn in 1..=args.rounds * usize::try_from(SHORTER)? {
        let file = file.clone();
        let base = task::spawn_blocking(move || commits::rate(&file, span)).await??;
        let began = Instant::now();
        let statuses = create(&world, &person, span, turn).await?;
        let successes = u32::try_from(statuses.successes()).unwrap_or(u32::MAX);
        let ours = f64::from(successes) / began.elapsed().as_secs_f64();
        progress(format!("creating contacts, turn {turn}: {ours:.0}/s over {base:.0}/s"));
        all.add(statuses);
        turns.push([ours, base]);
    }
    world.end().await?;
    let name = "contacts created / commits, SQLite".to_owned();
    Ok(vec![
        ratio(name, WANTED, ["contacts", "commits"], &turns, ""),
        Figure {
            name: format!("{CLIENTS} create contacts, SQLite"),
            measured: format!("{} 5xx", all.faults()),
            wanted: "0 5xx".to_owned(),
            is_met: all.faults() == 0,
            detail: all.list(),
        },
    ])
}

/// Creates contacts in a loop per client, all with different names.
async fn create(world: &World, person: &Person, span: Duration, turn: usize) -> Result<Statuses> {
    let until = Instant::now() + span;
    let clients = (0..CLIENTS).map(async |number| {
        let mut client = Client::new(world.server.address);
        let mut statuses = Vec::new();
        while Instant::now() < until {
            let name = format!("Contact {turn} {number} {}", statuses.len());
            let contact = json!({
                "organization": person.organization,
                "display_name": name,
                "email": "contact@example.com",
                "location": "Lisbon",
                "notes": "Met at the fair.",
            });
            let reply = client.post("/api/v1/contacts/", Some(&person.access), contact).await?;
            statuses.push(reply.status);
        }
        anyhow::Ok(statuses)
    });
    Statuses::of(join_all(clients).await)
}
