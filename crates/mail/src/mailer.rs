//! Sending letters, by whichever road the settings name.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;

use crate::{Directory, Error, Message, Result, Smtp};

/// A way to send letters. Object-safe: share it as `Arc<dyn Mailer>`.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Sends one letter, and returns once it has been accepted at the other end.
    ///
    /// If this fails, the letter may still have arrived: a connection can break after the server took the letter and
    /// before it said so.
    ///
    /// # Errors
    /// [`Error::Rejected`] if it is of no use to try again, [`Error::Temporary`] if it is, [`Error::Invalid`] if the
    /// letter cannot be written as a message.
    async fn send(&self, message: &Message) -> Result<()>;
}

/// The mailer that the setting `LOGGIA_MAIL_URL` names, writing as `from` (`LOGGIA_MAIL_FROM`).
///
/// Shape: `file://DIR` (the folder as it stands, nothing decoded), `smtp://user:password@host:port` (STARTTLS
/// required), `smtps://…` (TLS from the first byte), `smtp+insecure://…` (no encryption); user and password
/// percent-encoded, port by default 587, 465 and 25. `from` is an address or `Name <address>`.
///
/// # Errors
/// [`Error::Invalid`] naming the setting that is not of this form; never with its value, which may hold a password.
pub fn open(url: &str, from: &str) -> Result<Arc<dyn Mailer>> {
    match url.strip_prefix("file://") {
        Some("") => Err(Error::Invalid { what: "mail URL" }),
        Some(folder) => Ok(Arc::new(Directory::new(Path::new(folder), from)?)),
        None => Ok(Arc::new(Smtp::new(url, from)?)),
    }
}

#[cfg(test)]
mod tests;
