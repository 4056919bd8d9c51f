//! Tests that a cached token is checked like an uncached one.

use std::time::Duration;

use jsonwebtoken::{Algorithm, Header, encode};
use loggia_kernel::{Clock, Timestamp};
use loggia_testkit::FrozenClock;

use super::{Bearer, ISSUER, IssuedClaims, LEEWAY_SECS, MAX_VERIFIED, Signer, TokenKind};
use crate::{SecretKey, SecretKeys, SessionSettings, TokenError};

const LIFE: Duration = Duration::from_secs(60);

fn key(byte: u8) -> SecretKey {
    SecretKey::new([byte; 32]).unwrap()
}

fn signer(key: u8) -> Signer {
    Signer::new(&self::key(key).into(), SessionSettings::default())
}

/// Signs with the key 8, and accepts the key 7 before `until`.
fn rotated(until: Timestamp) -> Signer {
    let keys = SecretKeys::from(key(8)).with_previous(key(7), until);
    Signer::new(&keys, SessionSettings::default())
}

fn read(signer: &Signer, token: &str, now: Timestamp) -> Result<Bearer, TokenError> {
    signer.read(token, TokenKind::Access, now)
}

/// Returns an access token of `account` that is valid for a minute from `now` on.
fn token(signer: &Signer, account: &str, now: Timestamp) -> String {
    let claims = IssuedClaims {
        token_type: "access",
        exp: now.plus(LIFE).unix_seconds(),
        iat: now.unix_seconds(),
        jti: "a name of its own".to_owned(),
        user_id: "1",
        sub: account,
        sid: "a session",
        iss: ISSUER,
    };
    encode(&Header::new(Algorithm::HS256), &claims, &signer.encoding).unwrap()
}

#[test]
fn expires_although_cached() {
    let (signer, now) = (signer(7), FrozenClock::default().now());
    let token = token(&signer, "alice", now);

    for _ in 0..2 {
        let bearer = signer.read(&token, TokenKind::Access, now).unwrap();
        assert_eq!(bearer.account.as_str(), "alice");
        assert_eq!(signer.read(&token, TokenKind::Refresh, now), Err(TokenError::WrongType));
    }
    assert_eq!(signer.read(&token, TokenKind::Access, now.plus(LIFE)), Err(TokenError::Expired));
    let leeway = Duration::from_secs(LEEWAY_SECS.unsigned_abs());
    assert!(signer.read(&token, TokenKind::Access, now.minus(leeway)).is_ok());
    let before = now.minus(leeway + Duration::from_secs(1));
    assert_eq!(signer.read(&token, TokenKind::Access, before), Err(TokenError::Invalid));
}

#[test]
fn does_not_accept_a_similar_token() {
    let (signer, now) = (signer(7), FrozenClock::default().now());
    let theirs = self::signer(8);
    let token = token(&signer, "alice", now);
    signer.read(&token, TokenKind::Access, now).unwrap();

    for at in 0..token.len() {
        let mut forged = token.clone().into_bytes();
        // The lowest bits of the last digit do not belong to the signature.
        forged[at] = if forged[at] == b'A' { b'Q' } else { b'A' };
        let forged = String::from_utf8(forged).unwrap();
        assert!(signer.read(&forged, TokenKind::Access, now).is_err(), "{at}: {forged}");
    }
    assert_eq!(theirs.read(&token, TokenKind::Access, now), Err(TokenError::Invalid));
    signer.read(&token, TokenKind::Access, now).unwrap();
}

#[test]
fn the_cache_is_bounded_and_every_token_is_read() {
    let (signer, now) = (signer(7), FrozenClock::default().now());
    let first = token(&signer, "first", now);
    for number in 0..MAX_VERIFIED + 100 {
        let name = number.to_string();
        let bearer = signer.read(&token(&signer, &name, now), TokenKind::Access, now);
        assert_eq!(bearer.unwrap().account.as_str(), name);
    }
    assert!(signer.verified.len() <= MAX_VERIFIED);

    let bearer = signer.read(&first, TokenKind::Access, now).unwrap();
    assert_eq!(bearer.account.as_str(), "first");
}

#[test]
fn accepts_the_previous_key_before_its_date_only() {
    let now = FrozenClock::default().now();
    let until = now.plus(Duration::from_secs(30));
    let just_before = until.minus(Duration::from_micros(1));
    let signer = rotated(until);
    let token = token(&self::signer(7), "alice", now);

    for at in [now, just_before] {
        assert_eq!(read(&signer, &token, at).unwrap().account.as_str(), "alice");
    }
    // The token is cached, and still rejected.
    assert_eq!(read(&signer, &token, until), Err(TokenError::Invalid));
    assert!(read(&signer, &token, just_before).is_ok());
    // The token is not cached.
    let fresh = rotated(until);
    assert_eq!(read(&fresh, &token, until), Err(TokenError::Invalid));
}

#[test]
fn signs_with_the_current_key_only() {
    let now = FrozenClock::default().now();
    let signer = rotated(now.plus(LIFE));
    let token = token(&signer, "alice", now);

    assert!(read(&self::signer(8), &token, now).is_ok());
    assert_eq!(read(&self::signer(7), &token, now), Err(TokenError::Invalid));
}

#[test]
fn rejects_a_third_key() {
    let now = FrozenClock::default().now();
    let token = token(&self::signer(9), "alice", now);
    let signer = rotated(now.plus(LIFE));

    for _ in 0..2 {
        assert_eq!(read(&signer, &token, now), Err(TokenError::Invalid));
    }
}
