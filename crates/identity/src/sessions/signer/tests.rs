//! A token that was read before is judged as one that was not.

use std::time::Duration;

use jsonwebtoken::{Algorithm, Header, encode};
use loggia_kernel::{Clock, Timestamp};
use loggia_testkit::FrozenClock;

use super::{ISSUER, Issued, Kind, MAX_KNOWN, Signer};
use crate::{SecretKey, SessionSettings, TokenFault};

const LIFE: Duration = Duration::from_secs(60);

fn signer(key: u8) -> Signer {
    let key = SecretKey::new([key; 32]).unwrap();
    Signer::new(&key, SessionSettings::default())
}

/// An access token of `account` that is good from `now` on, for a minute.
fn token(signer: &Signer, account: &str, now: Timestamp) -> String {
    let claims = Issued {
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
fn expires_all_the_same() {
    let (signer, now) = (signer(7), FrozenClock::default().now());
    let token = token(&signer, "alice", now);

    for _ in 0..2 {
        let bearer = signer.read(&token, Kind::Access, now).unwrap();
        assert_eq!(bearer.account.as_str(), "alice");
        assert_eq!(
            signer.read(&token, Kind::Refresh, now),
            Err(TokenFault::WrongType)
        );
    }
    assert_eq!(
        signer.read(&token, Kind::Access, now.plus(LIFE)),
        Err(TokenFault::Expired)
    );
    let before = now.minus(Duration::from_secs(1));
    assert_eq!(
        signer.read(&token, Kind::Access, before),
        Err(TokenFault::Invalid)
    );
}

#[test]
fn does_not_vouch_for_one_that_looks_like_it() {
    let (signer, now) = (signer(7), FrozenClock::default().now());
    let theirs = self::signer(8);
    let token = token(&signer, "alice", now);
    signer.read(&token, Kind::Access, now).unwrap();

    for at in 0..token.len() {
        let mut forged = token.clone().into_bytes();
        // The last digit's lowest bits are none of the signature's.
        forged[at] = if forged[at] == b'A' { b'Q' } else { b'A' };
        let forged = String::from_utf8(forged).unwrap();
        assert!(
            signer.read(&forged, Kind::Access, now).is_err(),
            "{at}: {forged}"
        );
    }
    assert_eq!(
        theirs.read(&token, Kind::Access, now),
        Err(TokenFault::Invalid)
    );
    signer.read(&token, Kind::Access, now).unwrap();
}

#[test]
fn of_many_only_so_many_are_known_and_all_are_read() {
    let (signer, now) = (signer(7), FrozenClock::default().now());
    let first = token(&signer, "first", now);
    for number in 0..MAX_KNOWN + 100 {
        let name = number.to_string();
        let bearer = signer.read(&token(&signer, &name, now), Kind::Access, now);
        assert_eq!(bearer.unwrap().account.as_str(), name);
    }
    assert!(signer.known.len() <= MAX_KNOWN);

    let bearer = signer.read(&first, Kind::Access, now).unwrap();
    assert_eq!(bearer.account.as_str(), "first");
}
