//! Tests of the identity of a client, of discarded attempts, and of clocks that are corrected.

use std::{net::IpAddr, sync::Arc, time::Duration};

use loggia_kernel::{AccountId, Clock};
use loggia_testkit::FrozenClock;
use rstest::rstest;

use super::{LoginAttempts, Target, network};
use crate::{Error, LoginName};

const TARGET: Target = Target::UnknownLogin(String::new());

fn attempts() -> LoginAttempts {
    LoginAttempts::new(Arc::new(FrozenClock::default()))
}

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn remembered(attempts: &LoginAttempts) -> usize {
    let log = attempts.log.as_ref().unwrap().lock().unwrap();
    log.attempts.len()
}

#[rstest]
#[case("192.0.2.1", "192.0.2.1", true)]
#[case("192.0.2.1", "192.0.2.2", false)]
#[case("192.0.2.1", "::ffff:192.0.2.1", true)]
#[case("2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff", true)]
#[case("2001:db8::1", "2001:db8:0:1::1", false)]
fn a_guesser_is_an_address_or_a_network(
    #[case] one: &str,
    #[case] other: &str,
    #[case] same: bool,
) {
    assert_eq!(network(address(one)) == network(address(other)), same);
}

#[test]
fn targets_and_addresses_are_counted_apart() {
    let attempts = attempts();
    let (here, there) = (address("192.0.2.1"), address("192.0.2.2"));
    for _ in 0..LoginAttempts::LIMIT {
        assert!(attempts.record(&TARGET, here).is_ok());
    }
    let refused = attempts.record(&TARGET, here);
    assert!(
        matches!(refused, Err(Error::Throttled { retry_after }) if retry_after == LoginAttempts::WINDOW)
    );
    assert!(attempts.record(&TARGET, there).is_ok());
    assert!(attempts.record(&Target::Account(AccountId::new(1)), here).is_ok());
}

#[test]
fn a_discarded_attempt_leaves_no_entry() {
    let attempts = attempts();
    for _ in 0..3 * LoginAttempts::LIMIT {
        let attempt = attempts.record(&TARGET, address("192.0.2.1")).unwrap();
        attempts.discard(attempt);
    }
    assert_eq!(remembered(&attempts), 0);
}

#[test]
fn expired_attempts_are_removed() {
    let clock = FrozenClock::default();
    let attempts = LoginAttempts::new(Arc::new(clock.clone()));
    for n in 1..=9 {
        attempts.record(&TARGET, address(&format!("192.0.2.{n}"))).unwrap();
    }
    assert_eq!(remembered(&attempts), 9);
    clock.advance(LoginAttempts::WINDOW);
    attempts.record(&TARGET, address("192.0.2.1")).unwrap();
    assert_eq!(remembered(&attempts), 1);
}

const HOUR: Duration = Duration::from_secs(60 * 60);

#[test]
fn a_clock_that_steps_back_locks_nobody_out() {
    let (clock, attempts) = exhausted();

    clock.set(clock.now().minus(HOUR));

    assert_eq!(retry_after(&attempts), Some(LoginAttempts::WINDOW));
    clock.advance(LoginAttempts::WINDOW - Duration::from_secs(1));
    assert_eq!(retry_after(&attempts), Some(Duration::from_secs(1)));
    clock.advance(Duration::from_secs(1));
    assert_eq!(retry_after(&attempts), None);
}

#[test]
fn a_clock_that_steps_ahead_resets_no_count() {
    let (clock, attempts) = exhausted();

    clock.set(clock.now().plus(HOUR));

    assert_eq!(retry_after(&attempts), Some(LoginAttempts::WINDOW));
}

#[test]
fn expired_attempts_are_removed_although_the_clock_stepped_back() {
    let (clock, attempts) = exhausted();
    clock.set(clock.now().minus(HOUR));
    clock.advance(LoginAttempts::WINDOW);

    attempts.record(&TARGET, address("192.0.2.2")).unwrap();

    assert_eq!(remembered(&attempts), 1);
}

/// Returns counted attempts of which one client has none left.
fn exhausted() -> (FrozenClock, LoginAttempts) {
    let clock = FrozenClock::default();
    let attempts = LoginAttempts::new(Arc::new(clock.clone()));
    for _ in 0..LoginAttempts::LIMIT {
        attempts.record(&TARGET, address("192.0.2.1")).unwrap();
    }
    (clock, attempts)
}

fn retry_after(attempts: &LoginAttempts) -> Option<Duration> {
    match attempts.record(&TARGET, address("192.0.2.1")) {
        Ok(_) => None,
        Err(Error::Throttled { retry_after }) => Some(retry_after),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn the_size_of_an_entry_does_not_depend_on_the_name() {
    let (Target::UnknownLogin(short), Target::UnknownLogin(long)) =
        (named("a"), named(&"a".repeat(60_000)))
    else {
        panic!("the login is unknown");
    };
    assert_eq!(short.len(), long.len());
}

fn named(name: &str) -> Target {
    Target::unknown(&LoginName::Username(name.to_owned()))
}

#[test]
fn unknown_logins_are_distinguished_as_accounts_are() {
    let addressed = |email: &str| Target::unknown(&LoginName::Email(email.to_owned()));
    assert_eq!(addressed(" Ghost@x.org "), addressed("ghost@x.org"));
    assert_ne!(named("Ghost"), named("ghost"));
}
