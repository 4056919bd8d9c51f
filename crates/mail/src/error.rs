//! Errors of creating and sending emails.

use std::fmt;

/// The result of this crate's fallible operations.
pub type Result<T> = std::result::Result<T, Error>;

/// The reason why an email was not created or sent. No variant contains an address, a link or a password, so all may be
/// logged.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server rejected this email permanently. Do not retry.
    #[error("the mail server rejected the email with {reply}")]
    Rejected {
        /// The server's reply.
        reply: Reply,
    },

    /// The email was not sent for a temporary reason. Retry later.
    ///
    /// Includes failed authentication, because the settings are wrong and not the email. Queued emails are sent once
    /// the settings are corrected.
    #[error("the mail cannot be delivered at present: {cause}")]
    Temporary {
        /// The cause, for the log.
        cause: String,
    },

    /// A setting or a part of an email is invalid.
    #[error("invalid {what}")]
    Invalid {
        /// The name of the setting or part.
        what: &'static str,
    },

    /// A template is missing or invalid, or requires a value that is not in its context.
    #[error("mail template {name} cannot be used")]
    Template {
        /// The template's file, relative to the folder of templates.
        name: String,
        /// The error and its position.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Error {
    /// Returns true if a retry may succeed.
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Temporary { .. })
    }

    pub(crate) fn temporary(cause: impl Into<String>) -> Self {
        Self::Temporary { cause: cause.into() }
    }
}

/// A mail server's reply without its text, which may quote addresses and links.
///
/// Shape: the reply code of RFC 5321 §4.2 and, if the server sent one, the enhanced status code of RFC 3463,
/// displayed as `550 5.1.1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Three digits.
    pub code: u16,
    /// Class, subject and detail.
    pub enhanced: Option<(u8, u16, u16)>,
}

impl Reply {
    /// Creates a reply. Parses the enhanced status code from the beginning of the text after the code.
    pub(crate) fn new(code: u16, text: &str) -> Self {
        Self { code, enhanced: text.split_whitespace().next().and_then(enhanced) }
    }
}

fn enhanced(word: &str) -> Option<(u8, u16, u16)> {
    let mut numbers = word.splitn(3, '.');
    let class = numbers.next()?.parse().ok()?;
    let subject = numbers.next()?.parse().ok()?;
    let detail = numbers.next()?.parse().ok()?;
    Some((class, subject, detail))
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        match self.enhanced {
            Some((class, subject, detail)) => write!(f, " {class}.{subject}.{detail}"),
            None => Ok(()),
        }
    }
}
