//! What is wanted of a list: which part of it, of what, and in which order.

use crate::PageRequest;

/// What is wanted of a list whose items can be ordered by the fields `F`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRequest<F> {
    /// Which part; all of it where this is `None`.
    pub page: Option<PageRequest>,
    /// Only what contains this.
    pub search: Option<Search>,
    /// By which fields, the most important one first; no field twice. A store puts the id last, so that every order is
    /// the same on both databases, and the only one where this is empty.
    pub order: Vec<(F, SortDirection)>,
}

impl<F> ListRequest<F> {
    /// All of it, in the order of the ids.
    pub const ALL: Self = Self {
        page: None,
        search: None,
        order: Vec::new(),
    };

    /// Whether more may have to be read than a page, so that it is no work for a thread that serves requests.
    pub fn needs_scan(&self) -> bool {
        self.page.is_none() || self.search.is_some()
    }
}

impl<F> Default for ListRequest<F> {
    fn default() -> Self {
        Self::ALL
    }
}

/// Which end of an order comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortDirection {
    /// The smallest first.
    Ascending,
    /// The largest first.
    Descending,
}

/// A text to look for: found where it stands anywhere in a field, without regard to case.
///
/// The two databases do not agree on what is the same in lower case beyond ASCII. So neither is asked: a field that is
/// searched has a column beside it with its text [`folded`], and that column is compared with [`Search::pattern`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    folded: String,
}

impl Search {
    /// What stands before a `%`, `_` or itself in a pattern, to take its meaning from it.
    pub const ESCAPE: char = '\\';

    /// Takes a text to look for, without the white space around it; `None` where nothing is left.
    pub fn of(text: &str) -> Option<Self> {
        let folded = folded(text.trim());
        (!folded.is_empty()).then_some(Self { folded })
    }

    /// For `column.like(search.pattern()).escape(Search::ESCAPE)`: the text anywhere in a folded column.
    pub fn pattern(&self) -> String {
        let mut pattern = String::with_capacity(self.folded.len() + 2);
        pattern.push('%');
        for c in self.folded.chars() {
            if matches!(c, '%' | '_' | Self::ESCAPE) {
                pattern.push(Self::ESCAPE);
            }
            pattern.push(c);
        }
        pattern.push('%');
        pattern
    }
}

/// A text as it is compared where case does not count: in lower case by Unicode's rules, as [`Email::folded`] and
/// [`Username::folded`] are.
///
/// [`Email::folded`]: crate::Email::folded
/// [`Username::folded`]: crate::Username::folded
pub fn folded(text: &str) -> String {
    text.to_lowercase()
}

#[cfg(test)]
mod tests;
