//! Tests of the identity of a client and of discarded attempts.

use std::{net::IpAddr, sync::Arc};

use loggia_kernel::AccountId;
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
