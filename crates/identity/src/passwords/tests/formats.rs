//! Tests of stored strings: Loggia's, Django's, malformed ones and ones with excessive costs.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::super::{
    Params,
    hash::{Verification, hash, verify},
};
use super::password;

fn check(stored: &str, text: &str) -> Verification {
    verify(stored, &password(text), Params::cheap()).unwrap()
}

const CURRENT: Verification = Verification { matches: true, needs_rehash: false };
const STALE: Verification = Verification { matches: true, needs_rehash: true };

#[test]
fn a_new_hash_is_argon2id_with_the_given_costs_and_its_own_salt() {
    let params = Params::default();
    let one = hash(&password("correct horse"), params).unwrap();
    let two = hash(&password("correct horse"), params).unwrap();
    assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
    assert_eq!(one.len(), 97);
    assert_ne!(one, two);
    assert_eq!(verify(&one, &password("correct horse"), params).unwrap(), CURRENT);
    assert_eq!(verify(&one, &password("wrong"), params).unwrap(), Verification::NO_MATCH);
}

#[test]
fn lower_and_higher_costs_need_a_rehash() {
    let stored = hash(&password("pw"), Params::cheap()).unwrap();
    assert_eq!(check(&stored, "pw"), CURRENT);
    let variants = [
        Params { memory_kib: 16, ..Params::cheap() },
        Params { passes: 2, ..Params::cheap() },
        Params { memory_kib: 16, lanes: 2, ..Params::cheap() },
    ];
    for params in variants {
        assert_eq!(verify(&stored, &password("pw"), params).unwrap(), STALE);
        let other = hash(&password("pw"), params).unwrap();
        assert_eq!(check(&other, "pw"), STALE);
    }
}

#[test]
fn costs_that_argon2_cannot_run_are_an_error_and_not_a_panic() {
    for params in [
        Params { memory_kib: 0, ..Params::cheap() },
        Params { passes: 0, ..Params::cheap() },
        Params { lanes: 0, ..Params::cheap() },
        Params { lanes: u32::MAX, ..Params::cheap() },
    ] {
        assert!(hash(&password("pw"), params).is_err());
    }
}

/// Old rows of Django are argon2i. The oldest have no version field and mean 16.
#[test]
fn argon2i_is_read_and_argon2d_is_not() {
    use argon2::password_hash::phc::PasswordHash;
    use argon2::{Algorithm, Argon2, PasswordHasher, Version};

    let make = |algorithm, version| {
        let costs = argon2::Params::new(8, 1, 1, None).unwrap();
        let hash: PasswordHash = Argon2::new(algorithm, version, costs)
            .hash_password_with_salt(b"pw", b"sixteen byte sal")
            .unwrap();
        hash.to_string()
    };
    let old = make(Algorithm::Argon2i, Version::V0x10);
    assert_eq!(check(&old, "pw"), STALE);
    assert_eq!(check(&old.replace("$v=16", ""), "pw"), STALE);
    assert_eq!(check(&format!("argon2{old}"), "pw"), STALE);
    assert_eq!(check(&make(Algorithm::Argon2d, Version::V0x13), "pw"), Verification::NO_MATCH);

    let current = make(Algorithm::Argon2id, Version::V0x13);
    assert_eq!(check(&current, "pw"), CURRENT);
    assert_eq!(check(&format!("argon2{current}"), "pw"), STALE);
}

#[test]
fn a_malformed_hash_never_matches() {
    let md5 = "md5$CdGeESHxxfZ8WGPBbq8m2u$eb9cfa9c9862afb06055f4d07271c620";
    let pbkdf2 =
        "pbkdf2_sha256$10000$Vi0J8kEvdXkKhHqPz0aGxM$7Q1sQTg3rejACGh7edWz2roPCrppiVN5RsSF1sUK7Ao=";
    let (text, outcome) = ("SecurePass123!", Verification::NO_MATCH);
    assert_eq!(check(md5, text), STALE);
    assert_eq!(check(pbkdf2, text), STALE);
    for broken in [
        md5.to_uppercase().replace("MD5", "md5"),
        format!("{md5}$"),
        "md5$$eb9cfa9c9862afb06055f4d07271c620".to_owned(),
        "eb9cfa9c9862afb06055f4d07271c620".to_owned(),
        "plain$$SecurePass123!".to_owned(),
        pbkdf2.replace("$10000$", "$+10000$"),
        pbkdf2.replace("$10000$", "$010000$"),
        pbkdf2.replace("$10000$", "$0$"),
        pbkdf2.replace("$10000$", "$-1$"),
        pbkdf2.replace("$10000$", "$$"),
        pbkdf2.replace('=', ""),
        pbkdf2.replace("Ao=", "Ap="),
        pbkdf2.replace("pbkdf2_sha256", "pbkdf2_sha512"),
        format!("!{pbkdf2}"),
        format!(" {pbkdf2}"),
    ] {
        assert_eq!(check(&broken, text), outcome, "{broken}");
    }
}

#[test]
fn costs_over_the_bounds_are_rejected_before_hashing() {
    let b32 = format!("{}=", "A".repeat(43));
    let b64 = format!("{}==", "A".repeat(86));
    let tail = "$c2FsdHNhbHRzYWx0c2FsdA$MJYg1d+IvQiXnY/5WmS81AAoYoU4p/WXejdCAKSFD4U";
    let bcrypt = "rbb33ajvaG40qThGU8WyCeYRUWPXwMDnPS4Jn4vbcrjfTiOiuaTVK";
    let greedy = [
        format!("pbkdf2_sha256$10000001$salt${b32}"),
        format!("pbkdf2_sha256$4294967295$salt${b32}"),
        format!("pbkdf2_sha256$99999999999999999999$salt${b32}"),
        format!("$argon2id$v=19$m=262145,t=1,p=1{tail}"),
        format!("$argon2id$v=19$m=4294967295,t=1,p=1{tail}"),
        format!("argon2$argon2id$v=19$m=8,t=17,p=1{tail}"),
        format!("argon2$argon2i$v=19$m=4096,t=1,p=17{tail}"),
        format!("argon2$argon2i$v=19$m=4294967295,t=4294967295,p=16777215{tail}"),
        format!("bcrypt$$2b$17${bcrypt}"),
        format!("bcrypt_sha256$$2b$31${bcrypt}"),
        format!("bcrypt_sha256$$2b$99${bcrypt}"),
        format!("bcrypt_sha256$$2b$03${bcrypt}"),
        format!("bcrypt_sha256$$2x$12${bcrypt}"),
        format!("scrypt$524288$salt$8$1${b64}"),
        format!("scrypt$2147483648$salt$4294967295$16${b64}"),
        format!("scrypt$16384$salt$8$17${b64}"),
        format!("scrypt$16384$salt$8$4294967295${b64}"),
        format!("scrypt$16383$salt$8$1${b64}"),
        format!("scrypt$1$salt$8$1${b64}"),
        format!("scrypt$16384$salt$0$1${b64}"),
    ];
    let start = Instant::now();
    for stored in &greedy {
        assert_eq!(check(stored, "x"), Verification::NO_MATCH, "{stored}");
    }
    assert!(start.elapsed() < Duration::from_secs(1));
}

/// Strings similar to the real formats, with low costs if they are valid.
fn near_a_format() -> impl Strategy<Value = String> {
    let head = prop::sample::select(vec![
        "$argon2id$v=19$m=8,t=1,p=1$",
        "$argon2id$m=8,t=1,",
        "$argon2i$",
        "argon2$argon2id$v=",
        "argon2$",
        "pbkdf2_sha256$1$",
        "pbkdf2_sha1$",
        "bcrypt_sha256$$2b$04$",
        "bcrypt$",
        "scrypt$16$",
        "md5$",
        "!",
        "",
    ]);
    (head, "[a-zA-Z0-9$=,/+.é-]{0,70}").prop_map(|(head, tail)| format!("{head}{tail}"))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_hashed_password_verifies(text in "\\PC{0,80}", other in "\\PC{0,80}") {
        let stored = hash(&password(&text), Params::cheap()).unwrap();
        prop_assert_eq!(check(&stored, &text), CURRENT);
        prop_assert_eq!(check(&stored, &other).matches, text == other);
    }

    #[test]
    fn no_stored_string_panics(stored in prop_oneof![any::<String>(), near_a_format()]) {
        prop_assert_eq!(check(&stored, "password"), Verification::NO_MATCH);
    }
}
