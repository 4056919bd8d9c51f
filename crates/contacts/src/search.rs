//! Searching: what is looked for, and the text in which it is looked for.

use loggia_kernel::list;

use crate::Details;

/// What stands before the second to the fifth field of the folded text. No field and no search holds them.
pub(crate) const BOUNDS: [char; 4] = ['\u{2}', '\u{3}', '\u{4}', '\u{5}'];

/// More terms than [`Search::MAX_TERMS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a search has at most {} terms", Search::MAX_TERMS)]
pub struct TooManyTerms;

/// A search: words that must all stand somewhere in a contact's names, address or notes, without regard to case.
///
/// The best are those with the whole text in one field: in the display name, then in the first name, the last name, the
/// address, the notes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    pub(crate) terms: Vec<String>,
    pub(crate) phrase: String,
}

impl Search {
    /// The most terms of one search: each is a comparison of its own.
    pub const MAX_TERMS: usize = 10;

    /// The most characters of a search that a caller should pass.
    pub const MAX_CHARS: usize = 200;

    /// Takes a text to look for; `None` if there is nothing in it but white space.
    ///
    /// # Errors
    /// [`TooManyTerms`].
    pub fn parse(text: &str) -> Result<Option<Self>, TooManyTerms> {
        let phrase = fold(text.trim());
        let terms: Vec<String> = phrase.split_whitespace().map(str::to_owned).collect();
        if terms.len() > Self::MAX_TERMS {
            return Err(TooManyTerms);
        }
        Ok((!terms.is_empty()).then_some(Self { terms, phrase }))
    }
}

/// What searches look through: five fields, the most telling one first.
pub(crate) fn folded(details: &Details) -> String {
    let fields = [
        details.first_name.as_deref(),
        details.last_name.as_deref(),
        details.email.as_deref(),
        details.notes.as_deref(),
    ];
    let mut text = fold(&details.display_name);
    for (bound, field) in BOUNDS.into_iter().zip(fields) {
        text.push(bound);
        text.push_str(&fold(field.unwrap_or_default()));
    }
    text
}

/// A text in lower case, without what bounds the fields. Whether a sigma ends a word does not count: it may be followed by
/// more where only the beginning is looked for.
fn fold(text: &str) -> String {
    list::folded(text)
        .chars()
        .filter(|c| !BOUNDS.contains(c))
        .map(|c| if c == 'ς' { 'σ' } else { c })
        .collect()
}

#[cfg(test)]
mod tests;
