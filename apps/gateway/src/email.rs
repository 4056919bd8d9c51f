//! Letters: asked for in a transaction, written when their turn comes.
//!
//! What lies in the queue says to whom and about what. The one-time token is made when the letter is written, so that the
//! queue holds nothing that opens an account.

mod outbox;
mod sender;

pub use outbox::QueuedOutbox;
pub use sender::EmailSender;

/// The kind of job that a letter is.
const KIND: &str = "letter";

#[cfg(test)]
mod tests;
