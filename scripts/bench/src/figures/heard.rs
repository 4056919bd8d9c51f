//! Statements per request, observed on the connection to PostgreSQL.

use std::fs;

use anyhow::{Result, bail};

use super::{
    args::Args,
    world::{Person, World},
};
use crate::{
    api::Client,
    server::{Server, Setup},
    tap::Tap,
};

/// A second server on a world's database, with a tap on its connection, one database connection and no background work.
pub(super) struct Heard {
    server: Server,
    tap: Tap,
}

impl Heard {
    /// Starts the server; `None` on SQLite, which has no connection to tap.
    pub(super) async fn server(args: &Args, world: &World) -> Result<Option<Self>> {
        if !world.is_postgres() {
            return Ok(None);
        }
        let tap = Tap::open(world.database.url()).await?;
        let folder = world.folder.path().join("heard");
        fs::create_dir_all(&folder)?;
        let server = Setup::loggia(&args.server, &folder, Some(tap.url()))?
            .with("LOGGIA_WORKERS", 1)
            .with("LOGGIA_DATABASE_POOL", 1)
            .with("LOGGIA_JOBS", "off")
            .start("/readyz", None)
            .await?;
        Ok(Some(Self { server, tap }))
    }

    /// Starts the floor in the same way.
    pub(super) async fn floor(
        args: &Args,
        world: &World,
        path: &str,
        person: &Person,
    ) -> Result<Self> {
        let tap = Tap::open(world.database.url()).await?;
        let setup = world.floor(args, tap.url())?;
        let server = setup.start(path, Some(&person.access)).await?;
        Ok(Self { server, tap })
    }

    /// Returns the statements of one request, after statements that run only once have been executed.
    pub(super) async fn statements(&self, path: &str, person: &Person) -> Result<Vec<String>> {
        let mut client = Client::new(self.server.address);
        let mut heard = Vec::new();
        for _ in 0..3 {
            self.tap.take();
            let reply = client.get(path, &person.access).await?;
            if !reply.is_success() {
                bail!("{path} fails: {reply:?}");
            }
            heard = self.tap.take();
        }
        if heard.is_empty() {
            bail!("no statement was seen on the connection to PostgreSQL: is it encrypted?");
        }
        Ok(heard)
    }

    pub(super) fn kill(self) -> Result<()> {
        self.server.kill()
    }
}
