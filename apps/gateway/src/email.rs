//! Emails: queued in the transaction of their cause, rendered and sent by a job (transactional outbox).
//!
//! A queued job contains the recipient and the kind of the email. The one-time token is created when the email is sent,
//! so the queue contains nothing that gives access to an account.

mod outbox;
mod sender;

use std::path::PathBuf;

use loggia_http::{AnySurface, email::SHARED_FILES};
use loggia_mail::Templates;

use crate::surfaces::SURFACES;

pub use outbox::QueuedOutbox;
pub use sender::EmailSender;

/// The job kind of emails.
const KIND: &str = "letter";

/// Loads the texts of all surfaces' emails, enabled or not: a job may be older than the setting. A file of the same name
/// in `override_dir` replaces a built-in one.
///
/// # Errors
/// As [`Templates::new`].
pub fn templates(override_dir: Option<PathBuf>) -> loggia_mail::Result<Templates> {
    let shared = SHARED_FILES.map(|(name, text)| (name.to_owned(), text));
    let emails = SURFACES.iter().flat_map(AnySurface::email_templates);
    let files = emails.flat_map(|email| email.files());
    Templates::new(shared.into_iter().chain(files), override_dir)
}

#[cfg(test)]
mod tests;
