//! How many passwords may be tried.

use std::{
    collections::{HashMap, VecDeque},
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use loggia_kernel::{AccountId, Clock, Timestamp};

use crate::{Error, LoginName, Result, secret::digest};

/// Counts the passwords that are tried on an account from an address. Cheap to clone; clones share the count.
///
/// At most [`LoginAttempts::LIMIT`] within [`LoginAttempts::WINDOW`]. A guess is counted before it is hashed, so a
/// parallel burst gains nothing, and given back when it was right, or when it could not be looked at. The address, of
/// IPv6 its first 64 bits, is part of the key, so nobody can lock the owner out from elsewhere.
#[derive(Clone)]
pub struct LoginAttempts {
    // None where throttling is switched off.
    log: Option<Arc<Mutex<AttemptLog>>>,
    clock: Arc<dyn Clock>,
}

type Key = (Target, IpAddr);

/// On whom a password is tried. A log-in that nobody has is counted too: otherwise the refusal would tell who exists.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Target {
    /// Somebody, under whichever of his names.
    Account(AccountId),
    /// The digest of what he called himself: a name of any length takes the same room.
    UnknownLogin(String),
}

impl Target {
    /// Him whom nobody knows under this name. Names that would find the same account count as one, as they do where there is
    /// one: addresses in whatever case, user names letter for letter.
    pub(crate) fn unknown(login: &LoginName) -> Self {
        Self::UnknownLogin(match login {
            LoginName::Email(email) => digest(&email.trim().to_lowercase()),
            LoginName::Username(username) => digest(username),
        })
    }
}

#[derive(Default)]
struct AttemptLog {
    attempts: HashMap<Key, VecDeque<Timestamp>>,
    swept_at: Option<Timestamp>,
}

impl LoginAttempts {
    /// Guesses that are looked at within one window.
    pub const LIMIT: usize = 20;

    /// How long a guess counts.
    pub const WINDOW: Duration = Duration::from_secs(300);

    /// Counts guesses by this clock.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            log: Some(Arc::default()),
            clock,
        }
    }

    /// Lets everything through.
    pub fn unlimited(clock: Arc<dyn Clock>) -> Self {
        Self { log: None, clock }
    }

    /// Counts one guess.
    ///
    /// # Errors
    /// [`Error::Throttled`] if it is one too many; it is not counted then.
    pub(crate) fn record(&self, target: &Target, address: IpAddr) -> Result<Attempt> {
        let now = self.clock.now();
        let key = (target.clone(), network(address));
        if let Some(log) = &self.log {
            let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
            log.sweep(now);
            let counted = log.attempts.entry(key.clone()).or_default();
            drop_expired(counted, now);
            if let Some(oldest) = counted.front().filter(|_| counted.len() >= Self::LIMIT) {
                let retry_after = oldest.plus(Self::WINDOW).since(now);
                return Err(Error::Throttled { retry_after });
            }
            counted.push_back(now);
        }
        Ok(Attempt { key, at: now })
    }

    /// Gives back a guess that was right, or that was not looked at.
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

/// One counted guess.
pub(crate) struct Attempt {
    key: Key,
    at: Timestamp,
}

impl AttemptLog {
    /// Drops what no longer counts, once a window: so memory is bounded by the guesses of two windows.
    fn sweep(&mut self, now: Timestamp) {
        let is_due = self
            .swept_at
            .is_none_or(|at| now.since(at) >= LoginAttempts::WINDOW);
        if is_due {
            self.attempts.retain(|_, counted| {
                drop_expired(counted, now);
                !counted.is_empty()
            });
            self.swept_at = Some(now);
        }
    }
}

/// What one guesser has of addresses: of IPv6 a network of 64 bits, which is what a household is given.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => {
            let network = u128::from(address) & !u128::from(u64::MAX);
            Ipv6Addr::from(network).into()
        }
    }
}

fn drop_expired(counted: &mut VecDeque<Timestamp>, now: Timestamp) {
    while counted
        .front()
        .is_some_and(|at| now.since(*at) >= LoginAttempts::WINDOW)
    {
        counted.pop_front();
    }
}

#[cfg(test)]
mod tests;
