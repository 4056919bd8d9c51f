//! SQLite: many readers, one writer.

mod connection;
mod executor;
mod readers;
mod statements;

use std::{path::Path, sync::Arc};

use deadpool::{Runtime, managed};
use diesel::{
    Connection, ConnectionError, ConnectionResult, connection::SimpleConnection,
    sqlite::SqliteConnection,
};
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod, deadpool::Pool,
};
use futures_util::{FutureExt, future::ready};
use tokio::runtime::Handle;

use crate::{Error, Result, db::POOL_WAIT};

use self::{connection::Pooled, executor::Executor, readers::Readers, statements::Statements};

pub use self::connection::LiteConnection;

/// WAL lets readers go on while somebody writes; FULL makes a commit outlive a power cut. Another process beside us, the
/// command line for one, holds the write lock for milliseconds: waiting for it is right.
pub(crate) const PRAGMAS: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA foreign_keys = ON;";

/// Scans are few and long; more of them at once would only fight for the disk.
const SCANNERS: usize = 2;

pub(crate) struct Pools {
    readers: managed::Pool<Readers>,
    scanners: Pool<Pooled>,
    writer: Pool<Pooled>,
    statements: Statements,
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
        let handle = Handle::current();
        let executor = Executor(handle.clone());
        let writer = pool(path, 1, Mode::Write, executor.clone())?;
        // The writer makes the file and puts it in WAL mode; readers cannot.
        drop(writer.get().await?);
        Ok(Self {
            readers: limited(
                managed::Pool::builder(Readers {
                    path: path.to_owned(),
                }),
                readers,
            )?,
            scanners: pool(path, SCANNERS, Mode::Read, executor)?,
            statements: Statements::on(writer.clone(), handle),
            writer,
            path: path.into(),
        })
    }

    /// For queries that take microseconds.
    pub(crate) async fn reader(&self) -> Result<LiteConnection> {
        Ok(LiteConnection::inline(self.readers.get().await?))
    }

    /// For queries that read much.
    pub(crate) async fn scanner(&self) -> Result<LiteConnection> {
        Ok(LiteConnection::pooled(self.scanners.get().await?))
    }

    /// For a transaction: nobody else writes until it is given back.
    pub(crate) async fn writer(&self) -> Result<LiteConnection> {
        Ok(LiteConnection::pooled(self.writer.get().await?))
    }

    /// For statements that are transactions by themselves.
    pub(crate) fn statements(&self) -> LiteConnection {
        LiteConnection::shared(self.statements.clone())
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Read,
    Write,
}

fn pool(path: &str, size: usize, mode: Mode, executor: Executor) -> Result<Pool<Pooled>> {
    let mut config = ManagerConfig::default();
    config.recycling_method = RecyclingMethod::Fast;
    config.custom_setup = Box::new(move |path| {
        let connection = establish(path, mode)
            .map(|connection| Pooled::with_runtime(connection, executor.clone()));
        ready(connection).boxed()
    });
    let manager = AsyncDieselConnectionManager::new_with_config(path, config);
    limited(Pool::builder(manager), size)
}

fn limited<M: managed::Manager>(
    builder: managed::PoolBuilder<M, managed::Object<M>>,
    size: usize,
) -> Result<managed::Pool<M>> {
    builder
        .max_size(size.max(1))
        .wait_timeout(Some(POOL_WAIT))
        .runtime(Runtime::Tokio1)
        .build()
        .map_err(|error| Error::Unavailable(error.to_string()))
}

/// Opening a file takes well under a millisecond, so it happens where it is asked for.
fn establish(path: &str, mode: Mode) -> ConnectionResult<SqliteConnection> {
    let mut connection = SqliteConnection::establish(path)?;
    let setup = match mode {
        Mode::Write => PRAGMAS.to_owned(),
        Mode::Read => format!("{PRAGMAS} PRAGMA query_only = ON;"),
    };
    connection
        .batch_execute(&setup)
        .map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(connection)
}
