//! A clock with a fixed time.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use loggia_kernel::{Clock, Timestamp};

/// 2026-01-01 12:00:00 UTC in Unix seconds: far from the ends of a day, a month and daylight saving time.
const START: i64 = 1_767_268_800;

/// A clock with a fixed time that tests change. Clones share the time.
#[derive(Clone, Debug)]
pub struct FrozenClock(Arc<Mutex<Timestamp>>);

impl FrozenClock {
    /// Creates a clock that shows `now`.
    pub fn new(now: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(now)))
    }

    /// Advances the clock.
    pub fn advance(&self, by: Duration) {
        let mut now = self.shown();
        *now = now.plus(by);
    }

    /// Sets the clock to `now`, which may be earlier.
    pub fn set(&self, now: Timestamp) {
        *self.shown() = now;
    }

    /// Locks the time and ignores poisoning, because a panicking test cannot leave it inconsistent.
    fn shown(&self) -> MutexGuard<'_, Timestamp> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for FrozenClock {
    /// Creates a clock at the same time in every test: 2026-01-01 12:00:00 UTC.
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
