//! Which keys this process is at work on.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{Error, Request, Result};

type Scope = [u8; 32];

/// The keys at work. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct InFlight(Arc<Mutex<HashSet<Scope>>>);

/// The right to work on a key, until this is dropped.
pub(crate) struct InFlightGuard {
    in_flight: InFlight,
    scope: Scope,
}

impl InFlight {
    /// # Errors
    /// [`Error::InProgress`] if somebody is at it.
    pub(crate) fn claim(&self, request: &Request) -> Result<InFlightGuard> {
        let scope = request.scope();
        if !self.scopes().insert(scope) {
            return Err(Error::InProgress);
        }
        Ok(InFlightGuard {
            in_flight: self.clone(),
            scope,
        })
    }

    /// Nothing is done under the lock that could leave a half behind.
    fn scopes(&self) -> MutexGuard<'_, HashSet<Scope>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for InFlightGuard {
    fn drop(&mut self) {
        self.in_flight.scopes().remove(&self.scope);
    }
}
