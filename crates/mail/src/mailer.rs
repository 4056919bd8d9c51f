//! The mailer interface, and its creation from the settings.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;

use crate::{Directory, Error, Message, Result, Smtp};

/// A way to send emails. Object-safe: share it as `Arc<dyn Mailer>`.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Sends one email. Returns after the receiving side has accepted it.
    ///
    /// If this fails, the email may still have been delivered: a connection can break after the server accepted the
    /// email and before it replied.
    ///
    /// # Errors
    /// [`Error::Rejected`] if a retry cannot succeed, [`Error::Temporary`] if it can, [`Error::Invalid`] if the email
    /// cannot be encoded as a message.
    async fn send(&self, message: &Message) -> Result<()>;
}

/// Creates the mailer that the setting `LOGGIA_MAIL_URL` names, with the sender `from` (`LOGGIA_MAIL_FROM`).
///
/// Shape: `file://DIR` (the folder verbatim, without decoding), `smtp://user:password@host:port` (STARTTLS
/// required), `smtps://…` (implicit TLS), `smtp+insecure://…` (no encryption); user and password
/// percent-encoded, port by default 587, 465 and 25. `from` is an address or `Name <address>`.
///
/// # Errors
/// [`Error::Invalid`] with the name of the invalid setting, never with its value, which may contain a password.
pub fn open(url: &str, from: &str) -> Result<Arc<dyn Mailer>> {
    match url.strip_prefix("file://") {
        Some("") => Err(Error::Invalid { what: "mail URL" }),
        Some(folder) => Ok(Arc::new(Directory::new(Path::new(folder), from)?)),
        None => Ok(Arc::new(Smtp::new(url, from)?)),
    }
}

#[cfg(test)]
mod tests;
