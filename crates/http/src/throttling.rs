//! Throttles: limits on the number of requests in a time window.
//!
//! The algorithm is a sliding window log, because the contract requires it: a request beyond the limit is rejected
//! until the oldest counted one is as old as the window, and rejected requests are not counted. Source:
//! docs/contract/README.md «Throttles». The clock is the monotonic one, so that a correction of the system's clock neither
//! extends nor resets a count.

use std::{
    collections::{HashMap, VecDeque},
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use loggia_kernel::Clock;

use crate::error::Problem;

/// A limit of requests per window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// The number of requests.
    pub limit: usize,
    /// The length of the window.
    pub window: Duration,
}

/// The configurable rates. Source: docs/contract/README.md «Throttles».
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    /// Requests to change an email address, by account.
    pub email_change: Rate,
    /// Password reset requests, by client address and email address.
    pub password_reset: Rate,
    /// Password reset requests, by client address. Generous, because several people may share an address.
    pub password_reset_site: Rate,
}

impl Default for Rates {
    fn default() -> Self {
        let an_hour = |limit| Rate { limit, window: Duration::from_secs(60 * 60) };
        Self {
            email_change: an_hour(3),
            password_reset: an_hour(3),
            password_reset_site: an_hour(60),
        }
    }
}

/// Returns a client address as a key. Of an IPv6 address only the first 64 bits count, because that is what a household
/// is assigned.
pub fn site(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let network = u128::from(address) & !u128::from(u64::MAX);
            Ipv6Addr::from(network).to_string()
        }
    }
}

/// Counts requests by rate and key. Cheap to clone: clones share the count. Each replica counts for itself.
#[derive(Clone)]
pub struct Throttles {
    // `None` if throttling is off.
    log: Option<Arc<Mutex<Log>>>,
    clock: Arc<dyn Clock>,
}

#[derive(Default)]
struct Log {
    made: HashMap<(&'static str, String), Made>,
    swept_at: Option<Instant>,
}

struct Made {
    window: Duration,
    at: VecDeque<Instant>,
}

/// The interval at which expired entries are dropped. It bounds memory by the requests of a window.
const SWEEP: Duration = Duration::from_secs(600);

impl Throttles {
    /// Creates throttles on this clock. If `is_on` is false, every request passes.
    pub fn new(is_on: bool, clock: Arc<dyn Clock>) -> Self {
        Self { log: is_on.then(Arc::default), clock }
    }

    /// Counts one request under `name` and `key`. Different names are counted separately.
    ///
    /// # Errors
    /// [`Problem::Throttled`] if the limit is reached. The request is then not counted.
    pub fn count(&self, name: &'static str, rate: Rate, key: &str) -> Result<(), Problem> {
        let Some(log) = &self.log else { return Ok(()) };
        let now = self.clock.monotonic();
        let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
        log.sweep(now);
        let made = log
            .made
            .entry((name, key.to_owned()))
            .or_insert_with(|| Made { window: rate.window, at: VecDeque::new() });
        made.forget(now);
        if let Some(first) = made.at.front().filter(|_| made.at.len() >= rate.limit) {
            let retry_after = rate.window.saturating_sub(now.duration_since(*first));
            return Err(Problem::Throttled { retry_after });
        }
        made.at.push_back(now);
        Ok(())
    }
}

impl Made {
    fn forget(&mut self, now: Instant) {
        while self.at.front().is_some_and(|at| now.duration_since(*at) >= self.window) {
            self.at.pop_front();
        }
    }
}

impl Log {
    fn sweep(&mut self, now: Instant) {
        if self.swept_at.is_none_or(|at| now.duration_since(at) >= SWEEP) {
            self.made.retain(|_, made| {
                made.forget(now);
                !made.at.is_empty()
            });
            self.swept_at = Some(now);
        }
    }
}

#[cfg(test)]
mod tests;
