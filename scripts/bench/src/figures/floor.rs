//! The floor under a figure: this program as a minimal server on the same database, given the same requests in
//! alternating turns.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Result, bail};

use super::{
    args::Args,
    heard::Heard,
    world::{Person, World},
};
use crate::{
    api::Client,
    http,
    load::{Load, Outcome},
    report::progress,
    server::Server,
};

pub(super) struct Floor {
    server: Server,
}

/// A request sent to both servers.
pub(super) struct Question<'a> {
    /// Its name in the output.
    pub(super) name: &'a str,
    pub(super) path: &'a str,
    pub(super) person: &'a Person,
}

/// Rates of the server and of the floor for each turn, and remarks on the last one.
pub(super) type Turns = (Vec<[f64; 2]>, String);

impl Floor {
    pub(super) async fn start(args: &Args, world: &World, question: &Question<'_>) -> Result<Self> {
        let setup = world.floor(args, world.database.url())?;
        let token = Some(question.person.access.as_str());
        Ok(Self { server: setup.start(question.path, token).await? })
    }

    /// Measures the floor and the server in alternating turns.
    pub(super) async fn turns(
        &self,
        args: &Args,
        world: &World,
        question: &Question<'_>,
    ) -> Result<Turns> {
        self.same_responses(world, question).await?;
        same_queries(args, world, question).await?;
        let Question { name, .. } = question;
        let kind = world.database.kind();
        let mut turns = Vec::new();
        let mut last = String::new();
        for turn in 1..=args.rounds {
            let base = load(args, self.server.address, question).await?;
            let ours = load(args, world.server.address, question).await?;
            progress(format!(
                "{name} on {kind}, turn {turn}: {:.0}/s over {:.0}/s",
                ours.rate(),
                base.rate()
            ));
            last =
                format!(", p99 {:.1} and {:.1} ms", ours.quantile_ms(0.99), base.quantile_ms(0.99));
            turns.push([ours.rate(), base.rate()]);
        }
        Ok((turns, last))
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.server.address
    }

    pub(super) fn kill(self) -> Result<()> {
        self.server.kill()
    }

    /// Checks that both responses are equal, because otherwise the comparison is invalid.
    async fn same_responses(&self, world: &World, question: &Question<'_>) -> Result<()> {
        let Question { path, person, .. } = question;
        let ours = Client::new(world.server.address).get(path, &person.access).await?;
        let base = Client::new(self.server.address).get(path, &person.access).await?;
        if ours.body != base.body {
            bail!(
                "for {path} the floor returns {}, and the server {}: src/floor must follow the server",
                beginning(&base.body.to_string()),
                beginning(&ours.body.to_string())
            );
        }
        Ok(())
    }
}

/// Checks that both execute the same queries.
async fn same_queries(args: &Args, world: &World, question: &Question<'_>) -> Result<()> {
    let Question { path, person, .. } = question;
    let Some(server) = Heard::server(args, world).await? else {
        return Ok(());
    };
    let floor = Heard::floor(args, world, path, person).await?;
    let ours = server.statements(path, person).await?;
    let base = floor.statements(path, person).await?;
    server.kill()?;
    floor.kill()?;
    if ours != base {
        bail!(
            "for {path} the floor executes {base:#?}, and the server {ours:#?}: src/floor must follow the server"
        );
    }
    Ok(())
}

async fn load(args: &Args, address: SocketAddr, question: &Question<'_>) -> Result<Outcome> {
    let token = Some(question.person.access.as_str());
    let outcome = Load {
        address,
        requests: vec![http::request("GET", question.path, token, None)],
        connections: args.connections,
        warm_up: Duration::from_secs(1),
        measured: args.turn(),
        pause: Duration::ZERO,
    }
    .run()
    .await?;
    if outcome.failures > 0 {
        bail!("{} requests of {} failed", outcome.failures, question.name);
    }
    Ok(outcome)
}

/// Truncates a body to fit an error message.
fn beginning(body: &str) -> String {
    body.chars().take(1000).collect()
}
