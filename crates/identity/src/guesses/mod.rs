//! How many passwords may be tried.

use std::{
    collections::{HashMap, VecDeque},
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use loggia_kernel::{AccountId, Clock, Timestamp};

use crate::{Error, Login, Result, secret::digest};

/// Counts the passwords that are tried on an account from an address. Cheap to clone; clones share the count.
///
/// At most [`Guesses::LIMIT`] within [`Guesses::WINDOW`]. A guess is counted before it is hashed, so a parallel burst gains
/// nothing, and given back when it was right, or when it could not be looked at. The address, of IPv6 its first 64 bits, is
/// part of the key, so nobody can lock the owner out from elsewhere.
#[derive(Clone)]
pub struct Guesses {
    // None where throttling is switched off.
    log: Option<Arc<Mutex<Log>>>,
    clock: Arc<dyn Clock>,
}

type Key = (Target, IpAddr);

/// On whom a password is tried. A log-in that nobody has is counted too: otherwise the refusal would tell who exists.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Target {
    /// Somebody, under whichever of his names.
    Account(AccountId),
    /// The digest of what he called himself: a name of any length takes the same room.
    Nobody(String),
}

impl Target {
    /// Him whom nobody knows under this name. Names that would find the same account count as one, as they do where there is
    /// one: addresses in whatever case, user names letter for letter.
    pub(crate) fn nobody(login: &Login) -> Self {
        Self::Nobody(match login {
            Login::Email(email) => digest(&email.trim().to_lowercase()),
            Login::Username(username) => digest(username),
        })
    }
}

#[derive(Default)]
struct Log {
    guesses: HashMap<Key, VecDeque<Timestamp>>,
    swept_at: Option<Timestamp>,
}

impl Guesses {
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
    pub(crate) fn count(&self, target: &Target, address: IpAddr) -> Result<Guess> {
        let now = self.clock.now();
        let key = (target.clone(), site(address));
        if let Some(log) = &self.log {
            let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
            log.sweep(now);
            let made = log.guesses.entry(key.clone()).or_default();
            forget(made, now);
            if let Some(oldest) = made.front().filter(|_| made.len() >= Self::LIMIT) {
                let retry_after = oldest.plus(Self::WINDOW).since(now);
                return Err(Error::Throttled { retry_after });
            }
            made.push_back(now);
        }
        Ok(Guess { key, at: now })
    }

    /// Gives back a guess that was right, or that was not looked at.
    pub(crate) fn give_back(&self, guess: Guess) {
        let Some(log) = &self.log else { return };
        let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(made) = log.guesses.get_mut(&guess.key)
            && let Some(place) = made.iter().rposition(|at| *at == guess.at)
        {
            made.remove(place);
            if made.is_empty() {
                log.guesses.remove(&guess.key);
            }
        }
    }
}

/// One counted guess.
pub(crate) struct Guess {
    key: Key,
    at: Timestamp,
}

impl Log {
    /// Drops what no longer counts, once a window: so memory is bounded by the guesses of two windows.
    fn sweep(&mut self, now: Timestamp) {
        let is_due = self
            .swept_at
            .is_none_or(|at| now.since(at) >= Guesses::WINDOW);
        if is_due {
            self.guesses.retain(|_, made| {
                forget(made, now);
                !made.is_empty()
            });
            self.swept_at = Some(now);
        }
    }
}

/// What one guesser has of addresses: of IPv6 a network of 64 bits, which is what a household is given.
fn site(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => {
            let network = u128::from(address) & !u128::from(u64::MAX);
            Ipv6Addr::from(network).into()
        }
    }
}

fn forget(made: &mut VecDeque<Timestamp>, now: Timestamp) {
    while made
        .front()
        .is_some_and(|at| now.since(*at) >= Guesses::WINDOW)
    {
        made.pop_front();
    }
}

#[cfg(test)]
mod tests;
