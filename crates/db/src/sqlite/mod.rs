//! SQLite: many readers, one writer.

mod away;
mod connection;
mod pool;
mod reads;
mod statements;

use std::{path::Path, sync::Arc};

use diesel::result::DatabaseErrorKind;
use tokio::runtime::Handle;

use crate::{Error, Result};

use self::{
    away::Away,
    pool::{Mode, Pool, pool},
    statements::Statements,
};

pub use self::connection::LiteConnection;

/// WAL lets readers go on while somebody writes; FULL makes a commit outlive a power cut. Another process beside us, the
/// command line for one, holds the write lock for milliseconds: waiting for it is right.
pub(crate) const PRAGMAS: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA foreign_keys = ON;";

/// Scans are few and long; more of them at once would only fight for the disk.
const SCANNERS: usize = 2;

pub(crate) struct Pools {
    readers: Pool,
    scanners: Pool,
    writer: Pool,
    statements: Statements,
    runtime: Handle,
    pub(crate) path: Arc<str>,
}

impl Pools {
    pub(crate) async fn open(path: &str, readers: usize) -> Result<Self> {
        if path.is_empty() {
            return Err(Error::Url("it names no file".to_owned()));
        }
        if path.contains(['?', '#']) {
            return Err(Error::Url(
                "a path to SQLite's file takes no parameters".to_owned(),
            ));
        }
        let folder = Path::new(path)
            .parent()
            .filter(|f| !f.as_os_str().is_empty());
        if let Some(folder) = folder.filter(|f| !f.is_dir()) {
            return Err(Error::Unavailable(format!(
                "{} is no directory",
                folder.display()
            )));
        }
        let runtime = Handle::current();
        let writer = pool(path, Mode::Write, 1)?;
        // The writer makes the file and puts it in WAL mode; readers cannot.
        drop(writer.get().await?);
        Ok(Self {
            readers: pool(path, Mode::Read, readers)?,
            scanners: pool(path, Mode::Read, SCANNERS)?,
            statements: Statements::on(writer.clone(), runtime.clone()),
            writer,
            runtime,
            path: path.into(),
        })
    }

    /// For queries that take microseconds.
    pub(crate) async fn reader(&self) -> Result<LiteConnection> {
        Ok(LiteConnection::inline(self.readers.get().await?))
    }

    /// For queries that read much.
    pub(crate) async fn scanner(&self) -> Result<LiteConnection> {
        Ok(LiteConnection::away(Away::on(
            self.runtime.clone(),
            self.scanners.get().await?,
        )))
    }

    /// For a transaction: nobody else writes until it is given back.
    pub(crate) async fn writer(&self) -> Result<LiteConnection> {
        Ok(LiteConnection::away(Away::on(
            self.runtime.clone(),
            self.writer.get().await?,
        )))
    }

    /// For a statement that is a transaction by itself, and that says by its text what it needs.
    pub(crate) fn auto(&self) -> LiteConnection {
        LiteConnection::auto(self.readers.clone(), self.statements.clone())
    }

    /// For statements that are transactions by themselves.
    pub(crate) fn statements(&self) -> LiteConnection {
        LiteConnection::queued(self.statements.clone())
    }
}

/// What a query is told that cannot be run.
fn unavailable(why: &str) -> diesel::result::Error {
    diesel::result::Error::DatabaseError(
        DatabaseErrorKind::UnableToSendCommand,
        Box::new(why.to_owned()),
    )
}
