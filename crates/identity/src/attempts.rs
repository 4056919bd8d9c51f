//! The rate limit for password attempts.

use std::{
    collections::{HashMap, VecDeque},
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use loggia_kernel::{AccountId, Clock};

use crate::{Error, LoginName, Result, secret::digest};

/// A sliding window counter of password attempts per account and client address. Cheap to clone: clones share the
/// counts.
///
/// At most [`LoginAttempts::LIMIT`] attempts within [`LoginAttempts::WINDOW`], by the monotonic clock: a correction of
/// the system's clock neither extends nor resets a count. An attempt is counted before it is
/// hashed, so parallel requests do not exceed the limit. It is discarded if the password was right or was not
/// evaluated. The client address (IPv6: the first 64 bits) is part of the key, so other clients cannot lock the
/// account's owner out.
#[derive(Clone)]
pub struct LoginAttempts {
    // `None` if throttling is disabled.
    log: Option<Arc<Mutex<AttemptLog>>>,
    clock: Arc<dyn Clock>,
}

type Key = (Target, IpAddr);

/// The target of a password attempt. Unknown logins are counted too, so that throttling does not reveal which accounts
/// exist.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Target {
    /// An account, independent of the login name used.
    Account(AccountId),
    /// A digest of an unknown login name. Its size does not depend on the name's length.
    UnknownLogin(String),
}

impl Target {
    /// Returns the target for an unknown login name. Names are compared as for accounts: email addresses
    /// case-insensitively, user names case-sensitively.
    pub(crate) fn unknown(login: &LoginName) -> Self {
        Self::UnknownLogin(match login {
            LoginName::Email(email) => digest(&email.trim().to_lowercase()),
            LoginName::Username(username) => digest(username),
        })
    }
}

#[derive(Default)]
struct AttemptLog {
    attempts: HashMap<Key, VecDeque<Instant>>,
    swept_at: Option<Instant>,
}

impl LoginAttempts {
    /// The number of attempts within one window.
    pub const LIMIT: usize = 20;

    /// The length of the window.
    pub const WINDOW: Duration = Duration::from_secs(300);

    /// Creates a counter with this clock.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { log: Some(Arc::default()), clock }
    }

    /// Creates a counter without a limit.
    pub fn unlimited(clock: Arc<dyn Clock>) -> Self {
        Self { log: None, clock }
    }

    /// Counts one attempt.
    ///
    /// # Errors
    /// [`Error::Throttled`] if the limit is exceeded. The attempt is not counted then.
    pub(crate) fn record(&self, target: &Target, address: IpAddr) -> Result<Attempt> {
        let now = self.clock.monotonic();
        let key = (target.clone(), network(address));
        if let Some(log) = &self.log {
            let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
            log.sweep(now);
            let counted = log.attempts.entry(key.clone()).or_default();
            drop_expired(counted, now);
            if let Some(oldest) = counted.front().filter(|_| counted.len() >= Self::LIMIT) {
                let retry_after = Self::WINDOW.saturating_sub(now.duration_since(*oldest));
                return Err(Error::Throttled { retry_after });
            }
            counted.push_back(now);
        }
        Ok(Attempt { key, at: now })
    }

    /// Discards an attempt that was right or was not evaluated.
    pub(crate) fn discard(&self, attempt: Attempt) {
        let Some(log) = &self.log else { return };
        let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(counted) = log.attempts.get_mut(&attempt.key)
            && let Some(place) = counted.iter().rposition(|at| *at == attempt.at)
        {
            counted.remove(place);
            if counted.is_empty() {
                log.attempts.remove(&attempt.key);
            }
        }
    }
}

/// One counted attempt.
pub(crate) struct Attempt {
    key: Key,
    at: Instant,
}

impl AttemptLog {
    /// Removes expired attempts once per window, which limits the memory to the attempts of two windows.
    fn sweep(&mut self, now: Instant) {
        let is_due = self.swept_at.is_none_or(|at| now.duration_since(at) >= LoginAttempts::WINDOW);
        if is_due {
            self.attempts.retain(|_, counted| {
                drop_expired(counted, now);
                !counted.is_empty()
            });
            self.swept_at = Some(now);
        }
    }
}

/// Returns the network of a client address: of IPv6 the first 64 bits, the usual assignment to a household.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => {
            let network = u128::from(address) & !u128::from(u64::MAX);
            Ipv6Addr::from(network).into()
        }
    }
}

fn drop_expired(counted: &mut VecDeque<Instant>, now: Instant) {
    while counted.front().is_some_and(|at| now.duration_since(*at) >= LoginAttempts::WINDOW) {
        counted.pop_front();
    }
}

#[cfg(test)]
mod tests;
