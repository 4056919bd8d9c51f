//! Letters: asked for in a transaction, written when their turn comes.
//!
//! What lies in the queue says to whom and about what. The one-time token is made when the letter is written, so that the
//! queue holds nothing that opens an account.

mod outbox;
mod template;
mod writer;

pub use outbox::QueuedOutbox;
pub use template::Template;
pub use writer::LetterWriter;

/// The kind of job that a letter is.
const KIND: &str = "letter";

#[cfg(test)]
mod tests;
