//! Passwords: the value, hashing and verification, and the policy.

mod argon;
mod digits;
mod django;
mod hash;
mod hash_error;
mod memory;
mod params;
mod password;
mod policy;
mod pool;
mod similarity;
#[cfg(test)]
mod tests;
mod wordlist;

pub use self::hash::{Verification, hash, verify};
pub use self::hash_error::HashError;
pub use self::params::Params;
pub use self::password::{Password, TooLong};
pub use self::policy::{Attribute, Policy, UserAttributes, Weakness};
pub use self::pool::Hasher;
