//! The number and timing of retries.

use std::time::Duration;

/// The number of attempts of a job, and the delay between them: exponential backoff with jitter.
///
/// Shape: the delay after the first failure is at most `first_delay`, doubles with each further failure, and never
/// exceeds `max_delay`. Jitter subtracts up to half of it, so that jobs that failed together do not retry together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Attempts before the job is dead-lettered. An attempt interrupted by the end of the process counts.
    pub max_attempts: u32,
    /// The maximum delay after the first failure.
    pub first_delay: Duration,
    /// The maximum delay of all.
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

    /// Returns the maximum delay after the given attempt, counted from 1.
    pub fn backoff(&self, attempt: u32) -> Duration {
        let doublings = attempt.saturating_sub(1).min(31);
        self.first_delay.saturating_mul(1 << doublings).min(self.max_delay)
    }

    /// Returns a random delay after the given attempt: between half the maximum and the maximum.
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
