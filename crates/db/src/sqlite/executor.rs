//! Where queries on SQLite run that may take long.

use std::error::Error;

use diesel_async::sync_connection_wrapper::SpawnBlocking;
use futures_util::future::BoxFuture;
use tokio::runtime::Handle;

/// The blocking pool of the runtime that opened the database: for writes, which wait for the disk, and for scans.
///
/// diesel-async's own executor calls `block_in_place` when a query's future is dropped, which panics on actix's
/// single-threaded workers.
#[derive(Clone)]
pub(super) struct Executor(pub(super) Handle);

impl SpawnBlocking for Executor {
    fn spawn_blocking<'a, R>(
        &mut self,
        task: impl FnOnce() -> R + Send + 'static,
    ) -> BoxFuture<'a, Result<R, Box<dyn Error + Send + Sync + 'static>>>
    where
        R: Send + 'static,
    {
        let running = self.0.spawn_blocking(task);
        Box::pin(async move { running.await.map_err(Into::into) })
    }

    fn get_runtime() -> Self {
        Self(Handle::current())
    }
}
