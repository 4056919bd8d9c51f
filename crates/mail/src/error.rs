//! Why a letter was not made or not sent.

use std::fmt;

/// What the fallible operations here return.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a letter was not made or not sent. No variant holds an address, a link or a password, so all may be logged.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server will not take this letter, now or later. Trying again is of no use.
    #[error("the mail server refused the letter with {reply}")]
    Rejected {
        /// What the server answered.
        reply: Reply,
    },

    /// The letter did not go out, for a reason that may pass: try again later.
    ///
    /// A refused log-in counts here too: it is the settings' fault and not the letter's, and letters that wait go out
    /// once it is mended.
    #[error("the mail cannot be delivered at present: {cause}")]
    Temporary {
        /// For the log.
        cause: String,
    },

    /// A setting or a part of a letter is not of the form that it must have.
    #[error("invalid {what}")]
    Invalid {
        /// Which one.
        what: &'static str,
    },

    /// A template is missing, faulty, or asks for a value that it was not given.
    #[error("mail template {name} cannot be used")]
    Template {
        /// The template's file, relative to the folder of templates.
        name: String,
        /// What is wrong with it, and where.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Error {
    /// Whether the same letter may go out at another time.
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Temporary { .. })
    }

    pub(crate) fn temporary(cause: impl Into<String>) -> Self {
        Self::Temporary {
            cause: cause.into(),
        }
    }
}

/// A mail server's answer, without its prose, which may quote addresses and links.
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
    /// Reads the enhanced status from the beginning of what the server said after the code.
    pub(crate) fn new(code: u16, text: &str) -> Self {
        Self {
            code,
            enhanced: text.split_whitespace().next().and_then(enhanced),
        }
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
