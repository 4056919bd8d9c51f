//! The watch over a connection: what its user waits for, and until when.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// The state of a connection, which its user and its driver share.
pub(super) struct Watch {
    limit: Option<Duration>,
    state: Mutex<State>,
}

struct State {
    /// When the statement in progress began.
    waiting_since: Option<Instant>,
    /// When the server last answered.
    heard_at: Instant,
    /// Whether the user is gone, or has left a statement unfinished.
    is_abandoned: bool,
}

/// What the driver has to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Task {
    /// Nothing but drive the connection.
    Drive,
    /// Close the connection unless its server answers before this time.
    WaitUntil(Instant),
    /// Close the connection.
    Close,
}

impl Watch {
    /// Creates the watch over a new connection, whose server may take `limit` to answer a statement.
    pub(super) fn new(limit: Option<Duration>) -> Arc<Self> {
        let state = State { waiting_since: None, heard_at: Instant::now(), is_abandoned: false };
        Arc::new(Self { limit, state: Mutex::new(state) })
    }

    pub(super) fn begin_statement(&self) {
        self.state().waiting_since = Some(Instant::now());
    }

    pub(super) fn end_statement(&self) {
        let mut state = self.state();
        state.waiting_since = None;
        state.heard_at = Instant::now();
    }

    /// Marks the connection as one to be closed.
    pub(super) fn abandon(&self) {
        self.state().is_abandoned = true;
    }

    /// As [`Watch::abandon`], if a statement was left unfinished.
    pub(super) fn abandon_if_waiting(&self) {
        let mut state = self.state();
        state.is_abandoned |= state.waiting_since.is_some();
    }

    /// Returns whether the connection may be used again. `suspect_before` is the time of the last stall: the connections
    /// on which the server has not answered since may be as dead as the one that stalled.
    pub(super) fn is_usable(&self, suspect_before: Option<Instant>) -> bool {
        let state = self.state();
        !state.is_abandoned && suspect_before.is_none_or(|stall| stall < state.heard_at)
    }

    pub(super) fn task(&self) -> Task {
        let state = self.state();
        match (state.is_abandoned, state.waiting_since.zip(self.limit)) {
            (true, _) => Task::Close,
            (false, Some((since, limit))) => Task::WaitUntil(since + limit),
            (false, None) => Task::Drive,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Abandons the connection when dropped.
pub(super) struct AbandonOnDrop(pub(super) Arc<Watch>);

impl Drop for AbandonOnDrop {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

/// The last stall of a server, shared by all connections to it.
#[derive(Default)]
pub(super) struct Stalls(Mutex<Option<Instant>>);

impl Stalls {
    pub(super) fn note(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    pub(super) fn last(&self) -> Option<Instant> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
