//! How often a failed job is tried again, and when.

use std::time::Duration;

/// How often a kind of job is tried, and how long it rests between attempts.
///
/// Shape: the rest after the first failure is at most `first_delay`, doubles with each further one, and is never over
/// `max_delay`; up to half of it is taken off at random, so that what failed together is not tried again together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// After so many attempts the job is given up. An attempt that ends with the process counts.
    pub max_attempts: u32,
    /// The longest rest after the first failure.
    pub first_delay: Duration,
    /// The longest rest of all.
    pub max_delay: Duration,
}

impl RetryPolicy {
    /// For what should wait until the other side is back, such as mail: two days and more, and never at rest so long
    /// that the other side's return goes unnoticed for a minute.
    pub const PATIENT: Self = Self {
        max_attempts: 5000,
        first_delay: Duration::from_secs(1),
        max_delay: Duration::from_secs(45),
    };

    /// The longest rest after the attempt of this number, from 1.
    pub fn backoff(&self, attempt: u32) -> Duration {
        let doublings = attempt.saturating_sub(1).min(31);
        self.first_delay
            .saturating_mul(1 << doublings)
            .min(self.max_delay)
    }

    /// A rest after the attempt of this number: between half the longest and the longest.
    pub(crate) fn jittered_backoff(&self, attempt: u32) -> Duration {
        self.backoff(attempt).mul_f64(rand::random_range(0.5..=1.0))
    }
}

/// Five attempts within about a minute and a half.
impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 5,
            first_delay: Duration::from_secs(5),
            max_delay: Duration::from_secs(60),
        }
    }
}

#[cfg(test)]
mod tests;
