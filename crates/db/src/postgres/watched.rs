//! A connection of the pool, and the watch over it.

use std::sync::Arc;

use diesel_async::{AsyncPgConnection, pooled_connection::PoolableConnection};

use super::watch::{AbandonOnDrop, Stalls, Watch};

/// A connection and its watch. Dropped, it ends the driver.
pub(crate) struct Watched {
    // First: the driver must know when the connection is dropped.
    watch: AbandonOnDrop,
    connection: AsyncPgConnection,
}

impl Watched {
    pub(super) fn new(watch: AbandonOnDrop, connection: AsyncPgConnection) -> Self {
        Self { watch, connection }
    }

    pub(super) fn watch(&self) -> Arc<Watch> {
        Arc::clone(&self.watch.0)
    }

    pub(super) fn connection(&self) -> &AsyncPgConnection {
        &self.connection
    }

    pub(super) fn connection_mut(&mut self) -> &mut AsyncPgConnection {
        &mut self.connection
    }

    pub(super) fn is_usable(&mut self, stalls: &Stalls) -> bool {
        !self.connection.is_broken() && self.watch.0.is_usable(stalls.last())
    }
}
