//! What is wrong with a piece of text, as a fact; surfaces choose the words.

/// Why a value was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Nothing is left after trimming.
    Blank,
    /// More than `max` characters.
    TooLong {
        /// The limit, in Unicode scalar values.
        max: usize,
    },
    /// Not of the form that the type demands.
    Malformed,
}
