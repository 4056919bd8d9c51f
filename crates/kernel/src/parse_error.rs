//! The error of parsing a value. Callers choose the message.

/// The reason why a text is not a valid value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseError {
    /// Nothing is left after trimming.
    Blank,
    /// More than `max` characters.
    TooLong {
        /// The limit, in Unicode scalar values.
        max: usize,
    },
    /// The text does not have the form that the type requires.
    Malformed,
}

impl std::fmt::Display for ParseError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Blank => f.write_str("blank value"),
            Self::TooLong { max } => write!(f, "value of more than {max} characters"),
            Self::Malformed => f.write_str("malformed value"),
        }
    }
}

impl std::error::Error for ParseError {}
