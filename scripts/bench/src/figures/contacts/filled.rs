//! A server whose database has many contacts.

use anyhow::Result;

use crate::{
    figures::{
        args::Args,
        rows::{self, Contacts},
        world::{Person, World},
    },
    report::progress,
};

/// The first page of the contacts.
pub(super) const PATH: &str = "/api/v1/contacts/?limit=100";

/// A server with a filled database.
pub(super) struct Filled {
    pub(super) world: World,
    pub(super) person: Person,
}

impl Filled {
    pub(super) async fn start(
        args: &Args,
        postgres: Option<&str>,
        contacts: Contacts,
    ) -> Result<Self> {
        let world = World::start(args, postgres).await?;
        let person = world.person().await?;
        progress(format!(
            "{} contacts, {} of them one's own, on {}",
            contacts.total,
            contacts.own,
            world.database.kind()
        ));
        rows::write(&world.database, &rows::contacts(&person, contacts)).await?;
        Ok(Self { world, person })
    }

    /// Measures the first page, in milliseconds.
    pub(super) async fn p50(&self, args: &Args) -> Result<f64> {
        self.world.p50(args, PATH, &self.person).await
    }
}
