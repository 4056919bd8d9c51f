//! The costs of hashing.

/// The costs of new hashes (argon2id).
///
/// Costs that argon2 rejects (less than 8 KiB per lane, no pass, no lane) make every hash fail with
/// [`HashError::Failed`](super::HashError::Failed).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Params {
    /// KiB of memory per hash.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Independent lanes, computed sequentially.
    pub lanes: u32,
}

impl Default for Params {
    /// Returns 19 MiB, two passes, one lane. Source: OWASP Password Storage Cheat Sheet, argon2id.
    fn default() -> Self {
        Self { memory_kib: 19_456, passes: 2, lanes: 1 }
    }
}

impl Params {
    /// Returns the lowest costs that argon2 allows. For tests only.
    pub fn cheap() -> Self {
        Self { memory_kib: 8, passes: 1, lanes: 1 }
    }
}
