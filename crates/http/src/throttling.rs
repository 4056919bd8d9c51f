//! Throttles: how often something may be asked for.
//!
//! A sliding log, because the contract demands one: the request after the last permitted one is refused until the first is
//! as old as the window, and refused requests are not counted. Source: docs/contract/README.md «Throttles».

use std::{
    collections::{HashMap, VecDeque},
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use loggia_kernel::{Clock, Timestamp};

use crate::error::Problem;

/// At most so many in so long a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many.
    pub limit: usize,
    /// In how long a time.
    pub window: Duration,
}

/// The rates of what is throttled. Source: docs/contract/README.md «Throttles».
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    /// Requests to change an address, by account.
    pub email_change: Rate,
    /// Requests to reset a password, by client and address.
    pub password_reset: Rate,
    /// Requests to reset a password, by client. Loose, because many may share an address.
    pub password_reset_site: Rate,
}

impl Default for Rates {
    fn default() -> Self {
        let an_hour = |limit| Rate {
            limit,
            window: Duration::from_secs(60 * 60),
        };
        Self {
            email_change: an_hour(3),
            password_reset: an_hour(3),
            password_reset_site: an_hour(60),
        }
    }
}

/// What one client has of addresses, as a key: of IPv6 a network of 64 bits, which is what a household is given.
pub fn site(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let network = u128::from(address) & !u128::from(u64::MAX);
            Ipv6Addr::from(network).to_string()
        }
    }
}

/// Counts requests by rate and key. Cheap to clone; clones share the count, replicas do not.
#[derive(Clone)]
pub struct Throttles {
    // None where throttling is switched off.
    log: Option<Arc<Mutex<Log>>>,
    clock: Arc<dyn Clock>,
}

#[derive(Default)]
struct Log {
    made: HashMap<(&'static str, String), Made>,
    swept_at: Option<Timestamp>,
}

struct Made {
    window: Duration,
    at: VecDeque<Timestamp>,
}

/// How often what no longer counts is dropped, so that memory is bounded by the requests of a window.
const SWEEP: Duration = Duration::from_secs(600);

impl Throttles {
    /// Counts by this clock, or lets everything through.
    pub fn new(is_on: bool, clock: Arc<dyn Clock>) -> Self {
        Self {
            log: is_on.then(Arc::default),
            clock,
        }
    }

    /// Counts one request. `name` says what is counted: different things do not mix.
    ///
    /// # Errors
    /// [`Problem::Throttled`] if it is one too many; it is not counted then.
    pub fn count(&self, name: &'static str, rate: Rate, key: &str) -> Result<(), Problem> {
        let Some(log) = &self.log else { return Ok(()) };
        let now = self.clock.now();
        let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
        log.sweep(now);
        let made = log
            .made
            .entry((name, key.to_owned()))
            .or_insert_with(|| Made {
                window: rate.window,
                at: VecDeque::new(),
            });
        made.forget(now);
        if let Some(first) = made.at.front().filter(|_| made.at.len() >= rate.limit) {
            let retry_after = first.plus(rate.window).since(now);
            return Err(Problem::Throttled { retry_after });
        }
        made.at.push_back(now);
        Ok(())
    }
}

impl Made {
    fn forget(&mut self, now: Timestamp) {
        while self
            .at
            .front()
            .is_some_and(|at| now.since(*at) >= self.window)
        {
            self.at.pop_front();
        }
    }
}

impl Log {
    fn sweep(&mut self, now: Timestamp) {
        if self.swept_at.is_none_or(|at| now.since(at) >= SWEEP) {
            self.made.retain(|_, made| {
                made.forget(now);
                !made.at.is_empty()
            });
            self.swept_at = Some(now);
        }
    }
}
