//! Changing profiles and creating contacts: compared with the floor on PostgreSQL, and with each other on SQLite.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use futures_util::future::join_all;
use serde_json::json;
use uuid::Uuid;

use super::{
    args::Args,
    figure::{Figure, ratio},
    floor::{Floor, Question},
    statuses::Statuses,
    world::{Person, World},
};
use crate::{api::Client, report::progress};

/// The target ratio to the floor, on PostgreSQL.
const WANTED: f64 = 0.75;

/// The target ratio of profile changes to created contacts, on SQLite. Both are one commit each.
const PROFILES_WANTED: f64 = 0.5;

#[derive(Clone, Copy)]
enum Change {
    Profile,
    Contact,
}

pub(super) async fn measure(args: &Args, postgres: Option<&str>) -> Result<Vec<Figure>> {
    let world = World::start(args, postgres).await?;
    // An account for each client, because changes of one row wait for each other.
    let people = world.people(args.connections).await?;
    let figures = if world.is_postgres() {
        against_floor(args, &world, &people).await?
    } else {
        vec![against_each_other(args, &world, &people).await?]
    };
    world.end().await?;
    Ok(figures)
}

async fn against_floor(args: &Args, world: &World, people: &[Person]) -> Result<Vec<Figure>> {
    let Some(person) = people.first() else {
        bail!("--connections is 0");
    };
    let question = Question { name: "profile", path: "/api/v1/users/me", person };
    let floor = Floor::start(args, world, &question).await?;
    let mut figures = Vec::new();
    for (name, change) in
        [("profile changes", Change::Profile), ("contacts created", Change::Contact)]
    {
        let mut turns = Vec::new();
        for turn in 1..=args.rounds {
            let base = rate(args, floor.address(), people, change).await?;
            let ours = rate(args, world.server.address, people, change).await?;
            progress(format!("{name} on PostgreSQL, turn {turn}: {ours:.0}/s over {base:.0}/s"));
            turns.push([ours, base]);
        }
        let title = format!("{name} / floor, PostgreSQL");
        figures.push(ratio(title, WANTED, [name, "floor"], &turns, ""));
    }
    floor.kill()?;
    Ok(figures)
}

async fn against_each_other(args: &Args, world: &World, people: &[Person]) -> Result<Figure> {
    let address = world.server.address;
    let mut turns = Vec::new();
    for turn in 1..=args.rounds {
        let contacts = rate(args, address, people, Change::Contact).await?;
        let profiles = rate(args, address, people, Change::Profile).await?;
        progress(format!(
            "profile changes on SQLite, turn {turn}: {profiles:.0}/s over {contacts:.0} contacts/s"
        ));
        turns.push([profiles, contacts]);
    }
    let name = "profile changes / contacts created, SQLite".to_owned();
    let names = ["profiles", "contacts"];
    Ok(ratio(name, PROFILES_WANTED, names, &turns, ""))
}

/// Returns changes per second, after a second of warm-up.
async fn rate(args: &Args, address: SocketAddr, people: &[Person], change: Change) -> Result<f64> {
    send(address, people, change, Duration::from_secs(1)).await?;
    let began = Instant::now();
    let statuses = send(address, people, change, args.turn()).await?;
    if statuses.failures() > 0 {
        bail!("changes failed: {}", statuses.list());
    }
    let successes = u32::try_from(statuses.successes()).unwrap_or(u32::MAX);
    Ok(f64::from(successes) / began.elapsed().as_secs_f64())
}

/// Sends changes in a loop per person.
async fn send(
    address: SocketAddr,
    people: &[Person],
    change: Change,
    span: Duration,
) -> Result<Statuses> {
    let until = Instant::now() + span;
    let clients = people.iter().map(async |person| {
        let mut client = Client::new(address);
        let mut statuses = Vec::new();
        while Instant::now() < until {
            let reply = match change {
                Change::Profile => {
                    let changes =
                        json!({ "about": Uuid::new_v4().to_string(), "location": "Lisbon" });
                    client.change_profile(&person.access, changes).await?
                }
                Change::Contact => {
                    let contact = json!({
                        "organization": person.organization,
                        "display_name": format!("Contact {}", Uuid::new_v4()),
                        "email": "contact@example.com",
                        "location": "Lisbon",
                        "notes": "Met at the fair.",
                    });
                    client.post("/api/v1/contacts/", Some(&person.access), contact).await?
                }
            };
            statuses.push(reply.status);
        }
        anyhow::Ok(statuses)
    });
    Statuses::of(join_all(clients).await)
}
