//! Emails: queued in the transaction of their cause, rendered and sent by a job (transactional outbox).
//!
//! A queued job contains the recipient and the kind of the email. The one-time token is created when the email is sent,
//! so the queue contains nothing that gives access to an account.

mod outbox;
mod sender;

pub use outbox::QueuedOutbox;
pub use sender::EmailSender;

/// The job kind of emails.
const KIND: &str = "letter";

#[cfg(test)]
mod tests;
