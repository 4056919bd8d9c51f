//! The state of [`StoredSessions`].

use std::sync::Arc;

use loggia_kernel::Clock;

use crate::{LoginAttempts, SecretKeys, SessionSettings, passwords::Hasher, signer::Signer};

/// [`Sessions`](super::Sessions) stored in the database.
pub struct StoredSessions {
    pub(super) hasher: Hasher,
    pub(super) attempts: LoginAttempts,
    pub(super) keys: SecretKeys,
    pub(super) signer: Signer,
    pub(super) settings: SessionSettings,
    pub(super) clock: Arc<dyn Clock>,
}

impl StoredSessions {
    /// Creates the service with these token keys: a [`SecretKey`](crate::SecretKey) alone, or
    /// [`SecretKeys`].
    pub fn new(
        hasher: Hasher,
        attempts: LoginAttempts,
        keys: impl Into<SecretKeys>,
        settings: SessionSettings,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let keys = keys.into();
        let signer = Signer::new(&keys, settings);
        Self { hasher, attempts, keys, signer, settings, clock }
    }
}
