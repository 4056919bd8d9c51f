//! SQLite: many readers, one writer.

mod connection;
mod group_commit;
mod loan;
mod pool;
mod reads;
mod scan;
mod statement;
mod transaction;
mod unavailable;
mod write_health;
mod writer;

use std::{path::Path, sync::Arc};

use tokio::runtime::Handle;

use crate::{Error, Result};

use self::{
    connection::Split,
    pool::pool,
    scan::Scanner,
    write_health::{WriteHealth, probe},
    writer::{Limits, Writer},
};

pub use self::connection::LiteConnection;
pub(crate) use self::pool::PRAGMAS;

/// Scans are few and long; more of them at once would only compete for the disk.
const SCANNERS: usize = 2;

pub(crate) struct Pools {
    split: Arc<Split>,
    scanner: Scanner,
    pub(crate) path: Arc<str>,
}

impl Pools {
    pub(crate) async fn open(path: &str, readers: usize) -> Result<Self> {
        if path.is_empty() {
            return Err(Error::Url("it names no file".to_owned()));
        }
        if path.contains(['?', '#']) {
            return Err(Error::Url("a path to SQLite's file takes no parameters".to_owned()));
        }
        let folder = Path::new(path).parent().filter(|f| !f.as_os_str().is_empty());
        if let Some(folder) = folder.filter(|f| !f.is_dir()) {
            return Err(Error::Unavailable(format!("{} is not a directory", folder.display())));
        }
        // First, because it creates the file and sets its WAL mode, which readers cannot.
        let writer = Writer::open(path, Limits::default()).await?;
        let health = WriteHealth::default();
        Ok(Self {
            split: Arc::new(Split { readers: pool(path, readers)?, writer, health }),
            scanner: Scanner::new(pool(path, SCANNERS)?, Handle::current()),
            path: path.into(),
        })
    }

    /// For queries that read much.
    pub(crate) fn scanner(&self) -> LiteConnection {
        LiteConnection::scanner(self.scanner.clone())
    }

    /// A transaction that has begun: no other writes until it ends, except those of its group unless `is_alone`.
    pub(crate) async fn begin(&self, is_alone: bool) -> Result<LiteConnection> {
        let split = Arc::clone(&self.split);
        let loan = split.health.note(split.writer.begin(is_alone).await)?;
        Ok(LiteConnection::transaction(loan, split))
    }

    /// For a statement that is a transaction by itself, and whose text decides between a reader and the writer.
    pub(crate) fn auto(&self) -> LiteConnection {
        LiteConnection::auto(Arc::clone(&self.split))
    }

    /// Writes to the file, without a change of its content.
    pub(crate) async fn check_writable(&self) -> Result<()> {
        let Split { writer, health, .. } = &*self.split;
        health.note(writer.run(probe).await)?;
        health.note_success();
        Ok(())
    }

    /// As [`Pools::check_writable`], if the last writes failed.
    pub(crate) async fn check_after_failure(&self) -> Result<()> {
        if self.split.health.is_failing() { self.check_writable().await } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests;
