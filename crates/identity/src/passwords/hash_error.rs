//! Errors of hashing.

use std::time::Duration;

use argon2::password_hash;

/// The reason why no hash was computed. Contains nothing of the password.
#[derive(Debug, thiserror::Error)]
pub enum HashError {
    /// The queue is full, or the wait in it was too long.
    #[error("password hashing is saturated")]
    Busy {
        /// Recommended time until a retry.
        retry_after: Duration,
    },

    /// An internal error: invalid argon2 parameters, no memory, no randomness from the system, a panic, or a process
    /// that is shutting down.
    #[error("password hashing failed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<password_hash::Error> for HashError {
    fn from(source: password_hash::Error) -> Self {
        Self::Failed(source.into())
    }
}
