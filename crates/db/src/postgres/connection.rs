//! A connection to PostgreSQL on loan from its pool.

use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
};

use deadpool::managed::Object;
use diesel_async::AsyncPgConnection;

use super::{connector::Connector, watch::Watch};

/// A connection to PostgreSQL. Dropped while a statement is in progress, it is closed instead of used again.
pub struct PgConnection {
    // First: the connection returns to its pool afterwards.
    statement: Statement,
    object: Object<Connector>,
}

/// The statement in progress, if any.
struct Statement(Arc<Watch>);

impl Drop for Statement {
    fn drop(&mut self) {
        self.0.abandon_if_waiting();
    }
}

impl PgConnection {
    pub(crate) fn new(object: Object<Connector>) -> Self {
        Self { statement: Statement(object.watch()), object }
    }

    /// Marks that a statement is in progress, which the server must answer in time.
    pub(crate) fn begin_statement(&self) {
        self.statement.0.begin_statement();
    }

    /// Marks that no statement is in progress.
    pub(crate) fn end_statement(&self) {
        self.statement.0.end_statement();
    }

    /// Closes the connection instead of returning it to its pool.
    pub(crate) fn close(self) {
        drop(Object::take(self.object));
    }
}

impl Deref for PgConnection {
    type Target = AsyncPgConnection;

    fn deref(&self) -> &AsyncPgConnection {
        self.object.connection()
    }
}

impl DerefMut for PgConnection {
    fn deref_mut(&mut self) -> &mut AsyncPgConnection {
        self.object.connection_mut()
    }
}
