//! Long reads: they run on the blocking pool.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use diesel::{QueryResult, sqlite::SqliteConnection};
use futures_util::future::BoxFuture;
use tokio::runtime::Handle;

use super::{
    pool::{Pool, Pooled},
    unavailable::unavailable,
};

/// Runs queries on the blocking pool of one runtime, each on a connection of its own. Cheap to clone.
#[derive(Clone)]
pub(super) struct Scanner {
    pool: Pool,
    runtime: Handle,
}

impl Scanner {
    pub(super) fn new(pool: Pool, runtime: Handle) -> Self {
        Self { pool, runtime }
    }

    /// Runs `query`. If this future is dropped, the query ends by itself, and its connection then returns to the pool.
    pub(super) fn run<'a, T: Send + 'static>(
        &self,
        query: impl FnOnce(&mut SqliteConnection) -> QueryResult<T> + Send + 'static,
    ) -> BoxFuture<'a, QueryResult<T>> {
        let Self { pool, runtime } = self.clone();
        Box::pin(async move {
            let connection = pool.get().await;
            let connection = connection.map_err(|error| unavailable(&error.to_string()))?;
            let outcome = runtime.spawn_blocking(move || run(connection, query)).await;
            outcome.unwrap_or_else(|error| Err(unavailable(&error.to_string())))
        })
    }
}

/// Runs a query; closes the connection if it panics, because its state is then unknown.
fn run<T>(
    mut connection: Pooled,
    query: impl FnOnce(&mut SqliteConnection) -> QueryResult<T>,
) -> QueryResult<T> {
    let outcome = catch_unwind(AssertUnwindSafe(|| query(&mut connection)));
    outcome.unwrap_or_else(|panic| {
        drop(Pooled::take(connection));
        resume_unwind(panic)
    })
}
