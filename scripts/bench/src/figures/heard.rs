//! How many statements a request costs, overheard on the line to PostgreSQL.

use std::fs;

use anyhow::{Result, bail};

use super::{
    Args, floor,
    world::{Person, World},
};
use crate::{
    api::Client,
    server::{Server, Setup},
    tap::Tap,
};

/// A second server on a world's database, with a tap on its line, one connection, and no work of its own.
pub(super) struct Heard {
    server: Server,
    tap: Tap,
}

impl Heard {
    /// The server, or `None` on SQLite, which has no line.
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

    /// The same for the floor.
    pub(super) async fn floor(
        args: &Args,
        world: &World,
        path: &str,
        person: &Person,
    ) -> Result<Self> {
        let tap = Tap::open(world.database.url()).await?;
        let setup = floor::setup(args, world, tap.url())?;
        let server = setup.start(path, Some(&person.access)).await?;
        Ok(Self { server, tap })
    }

    /// What is asked of the database by one request, once everything that is asked once has been asked.
    pub(super) async fn statements(&self, path: &str, person: &Person) -> Result<Vec<String>> {
        let mut client = Client::new(self.server.address);
        let mut heard = Vec::new();
        for _ in 0..3 {
            self.tap.take();
            let reply = client.get(path, &person.access).await?;
            if !reply.is_success() {
                bail!("{path} is refused: {reply:?}");
            }
            heard = self.tap.take();
        }
        if heard.is_empty() {
            bail!("nothing is heard on the line to PostgreSQL: is it encrypted?");
        }
        Ok(heard)
    }

    pub(super) fn kill(self) -> Result<()> {
        self.server.kill()
    }
}
