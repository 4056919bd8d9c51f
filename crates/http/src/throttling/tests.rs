//! Tests of throttles under clocks that are corrected.

use std::{sync::Arc, time::Duration};

use loggia_kernel::Clock;
use loggia_testkit::FrozenClock;

use super::{Rate, Throttles};
use crate::error::Problem;

const HOUR: Duration = Duration::from_secs(60 * 60);
const RATE: Rate = Rate { limit: 3, window: HOUR };

fn exhausted() -> (FrozenClock, Throttles) {
    let clock = FrozenClock::default();
    let throttles = Throttles::new(true, Arc::new(clock.clone()));
    for _ in 0..RATE.limit {
        throttles.count("reset", RATE, "alice").unwrap();
    }
    (clock, throttles)
}

fn retry_after(throttles: &Throttles) -> Option<Duration> {
    match throttles.count("reset", RATE, "alice") {
        Ok(()) => None,
        Err(Problem::Throttled { retry_after }) => Some(retry_after),
        Err(problem) => panic!("{problem:?}"),
    }
}

#[test]
fn the_oldest_request_is_forgotten_after_the_window() {
    let (clock, throttles) = exhausted();
    assert_eq!(retry_after(&throttles), Some(HOUR));
    clock.advance(HOUR - Duration::from_secs(1));
    assert_eq!(retry_after(&throttles), Some(Duration::from_secs(1)));
    clock.advance(Duration::from_secs(1));
    assert_eq!(retry_after(&throttles), None);
}

#[test]
fn a_clock_that_steps_back_locks_nobody_out() {
    let (clock, throttles) = exhausted();
    clock.set(clock.now().minus(HOUR));
    assert_eq!(retry_after(&throttles), Some(HOUR));
    clock.advance(HOUR);
    assert_eq!(retry_after(&throttles), None);
}

#[test]
fn a_clock_that_steps_ahead_resets_no_count() {
    let (clock, throttles) = exhausted();
    clock.set(clock.now().plus(HOUR));
    assert_eq!(retry_after(&throttles), Some(HOUR));
}
