//! Django's password formats, for imported accounts.
//!
//! Source: django/contrib/auth/hashers.py, 5.2.19. Numbers must be written as Django writes them, and hashes in
//! canonical base64, because Django compares whole strings.

use std::{fmt::Write as _, num::NonZeroU32};

use argon2::password_hash;
use aws_lc_rs::pbkdf2::{self, PBKDF2_HMAC_SHA1, PBKDF2_HMAC_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::{Password, argon, memory::Scratch};

/// Ten times the rounds of Django 5.2, which take a few seconds.
const MAX_PBKDF2_ROUNDS: u32 = 10_000_000;

/// Each step doubles the work. Django's cost is 12, and 16 takes a few seconds.
const MAX_BCRYPT_COST: u32 = 16;

/// Bytes. scrypt keeps `N * r` blocks of 128 bytes; Django's 16 384 * 8 are 16 MiB.
const MAX_SCRYPT_BYTES: u64 = 256 * 1024 * 1024;
const MAX_SCRYPT_LANES: u32 = 16;

const SHA256_BYTES: usize = 32;
const SHA1_BYTES: usize = 20;
const SCRYPT_BYTES: usize = 64;

/// A parsed hash with costs within the bounds.
pub(super) enum Django {
    Argon2(argon::Phc),
    Pbkdf2Sha256(Pbkdf2<SHA256_BYTES>),
    Pbkdf2Sha1(Pbkdf2<SHA1_BYTES>),
    Scrypt {
        costs: scrypt::Params,
        salt: String,
        hash: [u8; SCRYPT_BYTES],
    },
    /// `hash` is the usual bcrypt string; `is_digested` if its input is the hex of the password's
    /// SHA-256, which is how Django gets round bcrypt's 72 bytes.
    Bcrypt {
        hash: String,
        is_digested: bool,
    },
    /// Not a default of Django anymore, but present in old tables.
    Md5 {
        salt: String,
        hex: String,
    },
}

/// The fields of both PBKDF2 formats.
pub(super) struct Pbkdf2<const N: usize> {
    rounds: NonZeroU32,
    salt: String,
    hash: [u8; N],
}

impl Django {
    /// Parses `<algorithm>$...`. Returns `None` for unknown, unusable (`!...`) or malformed strings and for costs over
    /// the bounds.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (algorithm, rest) = text.split_once('$')?;
        match algorithm {
            "pbkdf2_sha256" => Pbkdf2::parse(rest).map(Self::Pbkdf2Sha256),
            "pbkdf2_sha1" => Pbkdf2::parse(rest).map(Self::Pbkdf2Sha1),
            "argon2" => argon::Phc::parse(&format!("${rest}")).map(Self::Argon2),
            "bcrypt_sha256" => parse_bcrypt(rest, true),
            "bcrypt" => parse_bcrypt(rest, false),
            "scrypt" => parse_scrypt(rest),
            "md5" => parse_md5(rest),
            _ => None,
        }
    }

    /// Hashes once and compares in constant time.
    pub(super) fn matches(
        &self,
        password: &Password,
        scratch: &mut Scratch,
    ) -> password_hash::Result<bool> {
        let bytes = password.as_bytes();
        match self {
            Self::Argon2(phc) => phc.matches(password, scratch),
            Self::Pbkdf2Sha256(stored) => Ok(stored.matches(PBKDF2_HMAC_SHA256, bytes)),
            Self::Pbkdf2Sha1(stored) => Ok(stored.matches(PBKDF2_HMAC_SHA1, bytes)),
            Self::Scrypt { costs, salt, hash } => {
                let mut computed = [0; SCRYPT_BYTES];
                // Fails only for an invalid output length. Nothing was computed then.
                let is_computed =
                    scrypt::scrypt(bytes, salt.as_bytes(), costs, &mut computed).is_ok();
                Ok(is_computed && computed.ct_eq(hash).into())
            }
            // An error means an unreadable string, which `parse` has excluded.
            Self::Bcrypt { hash, is_digested } => Ok(if *is_digested {
                let hex = Zeroizing::new(to_hex(&Sha256::digest(bytes)));
                bcrypt::verify(hex.as_bytes(), hash).is_ok_and(|matches| matches)
            } else {
                bcrypt::verify(bytes, hash).is_ok_and(|matches| matches)
            }),
            Self::Md5 { salt, hex } => {
                let digest = Md5::new().chain_update(salt).chain_update(bytes).finalize();
                Ok(to_hex(&digest).as_bytes().ct_eq(hex.as_bytes()).into())
            }
        }
    }
}

impl<const N: usize> Pbkdf2<N> {
    fn parse(rest: &str) -> Option<Self> {
        let [rounds, salt, hash] = fields(rest)?;
        Some(Self {
            rounds: number(rounds)
                .filter(|rounds| *rounds <= MAX_PBKDF2_ROUNDS)
                .and_then(NonZeroU32::new)?,
            salt: non_empty(salt)?,
            hash: decode(hash)?,
        })
    }

    fn matches(&self, algorithm: pbkdf2::Algorithm, password: &[u8]) -> bool {
        pbkdf2::verify(algorithm, self.rounds, self.salt.as_bytes(), password, &self.hash).is_ok()
    }
}

fn parse_bcrypt(hash: &str, is_digested: bool) -> Option<Django> {
    let is_current = ["$2a$", "$2b$", "$2y$"].iter().any(|version| hash.starts_with(version));
    let parts: bcrypt::HashParts = hash.parse().ok()?;
    let is_bounded = (4..=MAX_BCRYPT_COST).contains(&parts.get_cost());
    (is_current && is_bounded).then(|| Django::Bcrypt { hash: hash.to_owned(), is_digested })
}

fn parse_scrypt(rest: &str) -> Option<Django> {
    let [n, salt, r, p, hash] = fields(rest)?;
    let (n, r, p) = (number(n)?, number(r)?, number(p)?);
    let is_bounded = 1 < n
        && n.is_power_of_two()
        && u64::from(n)
            .checked_mul(u64::from(r))
            .and_then(|blocks| blocks.checked_mul(128))
            .is_some_and(|bytes| (1..=MAX_SCRYPT_BYTES).contains(&bytes))
        && (1..=MAX_SCRYPT_LANES).contains(&p);
    if !is_bounded {
        return None;
    }
    Some(Django::Scrypt {
        costs: scrypt::Params::new(u8::try_from(n.ilog2()).ok()?, r, p).ok()?,
        salt: non_empty(salt)?,
        hash: decode(hash)?,
    })
}

fn parse_md5(rest: &str) -> Option<Django> {
    let [salt, hex] = fields(rest)?;
    Some(Django::Md5 { salt: non_empty(salt)?, hex: hex.to_owned() })
}

/// Returns exactly `N` fields between dollar signs.
fn fields<const N: usize>(rest: &str) -> Option<[&str; N]> {
    rest.split('$').collect::<Vec<_>>().try_into().ok()
}

/// Parses a decimal number as `%d` prints it: no sign, no leading zero.
fn number(text: &str) -> Option<u32> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    text.parse().ok().filter(|_| is_plain)
}

/// Returns the salt unless it is empty. Django rejects hashing without a salt.
fn non_empty(salt: &str) -> Option<String> {
    (!salt.is_empty()).then(|| salt.to_owned())
}

fn decode<const N: usize>(base64: &str) -> Option<[u8; N]> {
    STANDARD.decode(base64).ok()?.try_into().ok()
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
