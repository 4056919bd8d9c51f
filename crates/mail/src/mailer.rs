//! The mailer interface.

use async_trait::async_trait;

use crate::{Message, Result};

/// A way to send emails. Object-safe: share it as `Arc<dyn Mailer>`.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Sends one email. Returns after the receiving side has accepted it.
    ///
    /// If this fails, the email may still have been delivered: a connection can break after the server accepted the
    /// email and before it replied.
    ///
    /// # Errors
    /// [`Error::Rejected`](crate::Error::Rejected) if a retry cannot succeed, [`Error::Temporary`](crate::Error::Temporary) if it can, [`Error::Invalid`](crate::Error::Invalid) if the email
    /// cannot be encoded as a message.
    async fn send(&self, message: &Message) -> Result<()>;
}
