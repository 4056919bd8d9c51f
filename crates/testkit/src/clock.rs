//! A clock with a fixed time.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use loggia_kernel::{Clock, Timestamp};

/// 2026-01-01 12:00:00 UTC in Unix seconds: far from the ends of a day, a month and daylight saving time.
const START: i64 = 1_767_268_800;

/// A clock with a fixed time that tests change. Clones share the time.
#[derive(Clone, Debug)]
pub struct FrozenClock(Arc<Mutex<Hands>>);

#[derive(Debug)]
struct Hands {
    now: Timestamp,
    monotonic: Instant,
}

impl FrozenClock {
    /// Creates a clock that shows `now`.
    pub fn new(now: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(Hands { now, monotonic: Instant::now() })))
    }

    /// Advances the clock.
    pub fn advance(&self, by: Duration) {
        let mut hands = self.hands();
        hands.now = hands.now.plus(by);
        hands.monotonic += by;
    }

    /// Sets the clock to `now`, which may be earlier, as a correction of the system's clock does. The monotonic time
    /// stays.
    pub fn set(&self, now: Timestamp) {
        self.hands().now = now;
    }

    /// Locks the time and ignores poisoning, because a panicking test cannot leave it inconsistent.
    fn hands(&self) -> MutexGuard<'_, Hands> {
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
        self.hands().now
    }

    fn monotonic(&self) -> Instant {
        self.hands().monotonic
    }
}
