//! Where a query on SQLite runs.

use std::error::Error;

use diesel_async::sync_connection_wrapper::SpawnBlocking;
use futures_util::{
    FutureExt,
    future::{BoxFuture, ready},
};
use tokio::runtime::Handle;

/// Where a query on SQLite runs.
///
/// diesel-async's own executor calls `block_in_place` when a query's future is dropped, which panics on actix's
/// single-threaded workers; and a hop to another thread costs more than a point query takes.
#[derive(Clone)]
pub(super) enum Executor {
    /// On the calling thread, at once: for queries that take microseconds.
    Inline,
    /// On the blocking pool of the runtime that opened the database: for writes, which wait for the disk.
    Blocking(Handle),
}

impl SpawnBlocking for Executor {
    fn spawn_blocking<'a, R>(
        &mut self,
        task: impl FnOnce() -> R + Send + 'static,
    ) -> BoxFuture<'a, std::result::Result<R, Box<dyn Error + Send + Sync + 'static>>>
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
