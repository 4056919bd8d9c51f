//! SQLite: many readers, one writer.

use std::{error::Error as StdError, path::Path, sync::Arc};

use deadpool::Runtime;
use diesel::{
    Connection, ConnectionError, ConnectionResult, connection::SimpleConnection,
    sqlite::SqliteConnection,
};
use diesel_async::{
    pooled_connection::{
        AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod, deadpool::Pool,
    },
    sync_connection_wrapper::SpawnBlocking,
};
use futures_util::{
    FutureExt,
    future::{BoxFuture, ready},
};
use tokio::runtime::Handle;

use crate::{Error, Result, conn::LiteConnection, db::POOL_WAIT};

/// WAL lets readers go on while somebody writes; FULL makes a commit outlive a power cut. Another process beside us, the
/// command line for one, holds the write lock for milliseconds: waiting for it is right.
pub(crate) const PRAGMAS: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA foreign_keys = ON;";

/// Scans are few and long; more of them at once would only fight for the disk.
const SCANNERS: usize = 2;

pub(crate) struct Pools {
    pub(crate) readers: Pool<LiteConnection>,
    pub(crate) scanners: Pool<LiteConnection>,
    pub(crate) writer: Pool<LiteConnection>,
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
        let pools = Self {
            readers: pool(path, readers, Mode::Read, Executor::Inline)?,
            scanners: pool(
                path,
                SCANNERS,
                Mode::Read,
                Executor::Blocking(handle.clone()),
            )?,
            writer: pool(path, 1, Mode::Write, Executor::Blocking(handle))?,
            path: path.into(),
        };
        // The writer makes the file and puts it in WAL mode; readers cannot.
        drop(pools.writer.get().await?);
        Ok(pools)
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Read,
    Write,
}

fn pool(path: &str, size: usize, mode: Mode, executor: Executor) -> Result<Pool<LiteConnection>> {
    let mut config = ManagerConfig::default();
    config.recycling_method = RecyclingMethod::Fast;
    config.custom_setup = Box::new(move |path| {
        let connection = establish(path, mode)
            .map(|connection| LiteConnection::with_runtime(connection, executor.clone()));
        ready(connection).boxed()
    });
    let manager = AsyncDieselConnectionManager::new_with_config(path, config);
    Pool::builder(manager)
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

/// Where a query on SQLite runs.
///
/// diesel-async's own executor calls `block_in_place` when a query's future is dropped, which panics on actix's
/// single-threaded workers; and a hop to another thread costs more than a point query takes.
#[derive(Clone)]
pub enum Executor {
    /// On the calling thread, at once: for queries that take microseconds.
    Inline,
    /// On the blocking pool of the runtime that opened the database: for writes, which wait for the disk.
    Blocking(Handle),
}

impl SpawnBlocking for Executor {
    fn spawn_blocking<'a, R>(
        &mut self,
        task: impl FnOnce() -> R + Send + 'static,
    ) -> BoxFuture<'a, std::result::Result<R, Box<dyn StdError + Send + Sync + 'static>>>
    where
        R: Send + 'static,
    {
        match self {
            Self::Inline => ready(Ok(task())).boxed(),
            Self::Blocking(handle) => {
                let running = handle.spawn_blocking(task);
                async move { running.await.map_err(Into::into) }.boxed()
            }
        }
    }

    fn get_runtime() -> Self {
        Self::Inline
    }
}
