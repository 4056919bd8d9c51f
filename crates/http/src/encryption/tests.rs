//! Tests of what can be decrypted and what cannot.

use std::{sync::Arc, time::Duration};

use loggia_identity::{SecretKey, SecretKeys};
use loggia_kernel::Clock;
use loggia_testkit::FrozenClock;

use super::TokenCipher;

const CONTEXT: &str = "the list of alice";

fn key(byte: u8) -> SecretKey {
    SecretKey::new([byte; 32]).unwrap()
}

fn cipher_for(purpose: &'static str, keys: impl Into<SecretKeys>) -> TokenCipher {
    TokenCipher::new(&keys.into(), purpose, Arc::new(FrozenClock::default()))
}

fn cipher(byte: u8) -> TokenCipher {
    cipher_for("cursor", key(byte))
}

#[test]
fn decrypts_what_it_encrypted() {
    for text in ["", "a", "0 17 tÖzgür", &"long ".repeat(100)] {
        let encrypted = cipher(1).encrypt(CONTEXT, text);
        assert_eq!(cipher(1).decrypt(CONTEXT, &encrypted).as_deref(), Some(text));
        assert!(encrypted.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
    }
}

#[test]
fn encrypts_the_same_text_differently_each_time() {
    let cipher = cipher(1);
    assert_ne!(cipher.encrypt(CONTEXT, "x"), cipher.encrypt(CONTEXT, "x"));
}

#[test]
fn refuses_a_text_in_which_any_bit_was_changed() {
    let encrypted = cipher(1).encrypt(CONTEXT, "0 17");
    for at in 0..encrypted.len() {
        for replacement in *b"AQgw9-_" {
            let mut changed = encrypted.clone().into_bytes();
            if changed[at] == replacement {
                continue;
            }
            changed[at] = replacement;
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(cipher(1).decrypt(CONTEXT, &changed), None, "{changed}");
        }
    }
}

#[test]
fn refuses_a_text_that_is_longer_or_shorter() {
    let encrypted = cipher(1).encrypt(CONTEXT, "0 17");
    for end in 0..encrypted.len() {
        let truncated = &encrypted[..end];
        assert_eq!(cipher(1).decrypt(CONTEXT, truncated), None, "{truncated}");
    }
    for start in 1..encrypted.len() {
        let truncated = &encrypted[start..];
        assert_eq!(cipher(1).decrypt(CONTEXT, truncated), None, "{truncated}");
    }
    for end in ["A", "AA", "AAAA", "=", " "] {
        let longer = format!("{encrypted}{end}");
        assert_eq!(cipher(1).decrypt(CONTEXT, &longer), None, "{longer}");
    }
}

#[test]
fn refuses_what_it_never_encrypted() {
    let zeros = "A".repeat(64);
    for text in ["", "x", "ä", "a b", "AAAAAAAAAAAAAAAAAAAAAAAAAAAA", &zeros] {
        assert_eq!(cipher(1).decrypt(CONTEXT, text), None, "{text}");
    }
}

#[test]
fn refuses_another_key_purpose_or_context() {
    let encrypted = cipher(1).encrypt(CONTEXT, "0 17");
    assert_eq!(cipher(2).decrypt(CONTEXT, &encrypted), None);
    let other = cipher_for("upload", key(1));
    assert_eq!(other.decrypt(CONTEXT, &encrypted), None);
    for context in ["", "the list of bob", "the list of alic", "the list of alice "] {
        assert_eq!(cipher(1).decrypt(context, &encrypted), None, "{context}");
    }
}

#[test]
fn accepts_the_previous_key_before_its_date_and_encrypts_with_the_current_one() {
    let clock = FrozenClock::default();
    let grace = Duration::from_secs(60);
    let keys = SecretKeys::from(key(2)).with_previous(key(1), clock.now().plus(grace));
    let rotated = TokenCipher::new(&keys, "cursor", Arc::new(clock.clone()));
    let (old, third) = (cipher(1), cipher(3));
    let decrypts = |encrypted: &str| rotated.decrypt(CONTEXT, encrypted).is_some();

    let (of_old, of_third) = (old.encrypt(CONTEXT, "x"), third.encrypt(CONTEXT, "x"));
    let new = rotated.encrypt(CONTEXT, "x");
    clock.advance(grace - Duration::from_micros(1));
    assert!(decrypts(&new) && decrypts(&of_old) && !decrypts(&of_third));
    assert_eq!(old.decrypt(CONTEXT, &new), None);
    assert!(cipher(2).decrypt(CONTEXT, &new).is_some());

    clock.advance(Duration::from_micros(1));
    assert!(decrypts(&new) && !decrypts(&of_old) && !decrypts(&of_third));
}
