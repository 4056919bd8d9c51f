//! The keys that this process is currently working on.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{Error, Request, Result};

type Scope = [u8; 32];

/// The keys in progress. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct InFlight(Arc<Mutex<HashSet<Scope>>>);

/// The exclusive right to work on a key, released on drop.
pub(crate) struct InFlightGuard {
    in_flight: InFlight,
    scope: Scope,
}

impl InFlight {
    /// # Errors
    /// [`Error::InProgress`] if another request with the key is in progress.
    pub(crate) fn claim(&self, request: &Request) -> Result<InFlightGuard> {
        let scope = request.scope();
        if !self.scopes().insert(scope) {
            return Err(Error::InProgress);
        }
        Ok(InFlightGuard { in_flight: self.clone(), scope })
    }

    /// Locks the set and ignores poisoning, because no operation under the lock can leave it inconsistent.
    fn scopes(&self) -> MutexGuard<'_, HashSet<Scope>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for InFlightGuard {
    fn drop(&mut self) {
        self.in_flight.scopes().remove(&self.scope);
    }
}
