//! A connection whose queries run on the blocking pool: for transactions, which wait for the disk, and for scans.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use diesel::{QueryResult, sqlite::SqliteConnection};
use futures_util::future::BoxFuture;
use tokio::runtime::Handle;

use super::{pool::Pooled, unavailable};

/// A connection on loan. Whoever gives up waiting for a query leaves it to end by itself; the connection is given back, or
/// closed, once it has ended.
pub(super) struct Away {
    loan: Arc<Loan>,
    runtime: Handle,
}

struct Loan {
    // Present until it is given back.
    connection: Mutex<Option<Pooled>>,
    is_to_be_closed: AtomicBool,
}

impl Away {
    /// Queries will run on the blocking pool of this runtime.
    pub(super) fn on(runtime: Handle, connection: Pooled) -> Self {
        Self {
            loan: Arc::new(Loan {
                connection: Mutex::new(Some(connection)),
                is_to_be_closed: AtomicBool::new(false),
            }),
            runtime,
        }
    }

    pub(super) fn run<'a, T: Send + 'static>(
        &self,
        ask: impl FnOnce(&mut SqliteConnection) -> QueryResult<T> + Send + 'static,
    ) -> BoxFuture<'a, QueryResult<T>> {
        let loan = Arc::clone(&self.loan);
        let running = self.runtime.spawn_blocking(move || {
            let mut connection = loan.connection.lock();
            let is_over = loan.is_to_be_closed.load(Ordering::Relaxed);
            match connection.as_deref_mut() {
                Ok(Some(connection)) if !is_over => ask(connection),
                _ => Err(unavailable("the connection is to be closed")),
            }
        });
        Box::pin(async move {
            let outcome = running.await;
            outcome.unwrap_or_else(|error| Err(unavailable(&error.to_string())))
        })
    }

    /// Closes the connection instead of giving it back.
    pub(super) fn close(self) {
        self.loan.is_to_be_closed.store(true, Ordering::Relaxed);
    }
}

impl Drop for Loan {
    fn drop(&mut self) {
        // After a panic nobody knows what state it is in.
        let is_broken = self.connection.is_poisoned();
        let connection = self.connection.get_mut();
        let connection = connection.unwrap_or_else(PoisonError::into_inner).take();
        if let Some(connection) = connection
            && (is_broken || *self.is_to_be_closed.get_mut())
        {
            drop(Pooled::take(connection));
        }
    }
}
