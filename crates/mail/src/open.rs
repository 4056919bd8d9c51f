//! The mailer that a URL names.

use std::{path::Path, sync::Arc};

use crate::{Directory, Error, Mailer, Result, Smtp};

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
