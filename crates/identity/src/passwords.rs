//! Passwords: the value, hashing and verification, and the policy.

mod argon;
mod digits;
mod django;
mod hash;
mod memory;
mod password;
mod policy;
mod pool;
mod service;
mod similarity;
#[cfg(test)]
mod tests;
mod wordlist;

pub use self::hash::{Params, Verification, hash, verify};
pub use self::password::{Password, TooLong};
pub use self::policy::{Attribute, Policy, UserAttributes, Weakness};
pub use self::pool::{HashError, Hasher};
pub use self::service::{Passwords, StoredPasswords};
