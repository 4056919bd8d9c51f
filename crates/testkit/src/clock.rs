//! A clock that stands still until it is moved.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use loggia_kernel::{Clock, Timestamp};

/// 2026-01-01, noon, in seconds since 1970: far from the ends of a day, a month and daylight saving.
const START: i64 = 1_767_268_800;

/// A clock that stands still until it is moved. Clones show the same time.
#[derive(Clone, Debug)]
pub struct FrozenClock(Arc<Mutex<Timestamp>>);

impl FrozenClock {
    /// A clock that shows `now`.
    pub fn new(now: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(now)))
    }

    /// Moves it on.
    pub fn advance(&self, by: Duration) {
        let mut now = self.shown();
        *now = now.plus(by);
    }

    /// Moves it to `now`, which may be earlier.
    pub fn set(&self, now: Timestamp) {
        *self.shown() = now;
    }

    /// A test that panicked while it held the lock left a whole time behind.
    fn shown(&self) -> MutexGuard<'_, Timestamp> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for FrozenClock {
    /// The same moment in every test: 2026-01-01 12:00:00 UTC.
    fn default() -> Self {
        match Timestamp::from_unix(START) {
            Some(start) => Self::new(start),
            None => unreachable!("the calendar reaches beyond 2026"),
        }
    }
}

impl Clock for FrozenClock {
    fn now(&self) -> Timestamp {
        *self.shown()
    }
}
