//! Search terms, and the folded text that they are compared with.

use loggia_kernel::list;

use crate::Details;

/// Separators before the second to the fifth field of the folded text. Fields and searches never contain them.
pub(crate) const BOUNDS: [char; 4] = ['\u{2}', '\u{3}', '\u{4}', '\u{5}'];

/// The error of a search with more than [`Search::MAX_TERMS`] terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a search has at most {} terms", Search::MAX_TERMS)]
pub struct TooManyTerms;

/// A search: words that must all occur in a contact's names, address or notes, without regard to case.
///
/// Results with the whole text in one field rank first, in this order of fields: display name, first name, last name,
/// address, notes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    pub(crate) terms: Vec<String>,
    pub(crate) phrase: String,
}

impl Search {
    /// The maximum number of terms, because each term is a comparison of its own.
    pub const MAX_TERMS: usize = 10;

    /// The maximum length of a search that a caller should pass, in characters.
    pub const MAX_CHARS: usize = 200;

    /// Parses a search text. Returns `None` if it contains only white space.
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

/// Returns the text that searches compare with: five fields, the most relevant first.
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

/// Returns a text in lower case without the field separators. A final sigma is folded like any other sigma, because a
/// search term may be the beginning of a longer word.
fn fold(text: &str) -> String {
    list::folded(text)
        .chars()
        .filter(|c| !BOUNDS.contains(c))
        .map(|c| if c == 'ς' { 'σ' } else { c })
        .collect()
}

#[cfg(test)]
mod tests;
