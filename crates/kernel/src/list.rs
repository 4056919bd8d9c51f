//! List requests: page, search and sort order.

use crate::PageRequest;

/// A request for a list whose items can be sorted by the fields `F`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRequest<F> {
    /// The page; `None` requests the whole list.
    pub page: Option<PageRequest>,
    /// Restricts the list to matches.
    pub search: Option<Search>,
    /// Sort fields, the most significant first, without duplicates. Stores append the id, so that the order is total
    /// and the same on both databases. If empty, the list is sorted by id.
    pub order: Vec<(F, SortDirection)>,
}

impl<F> ListRequest<F> {
    /// Requests the whole list, sorted by id.
    pub const ALL: Self = Self { page: None, search: None, order: Vec::new() };

    /// Returns true if the query may read more rows than one page, so that it must not run on a serving thread.
    pub fn needs_scan(&self) -> bool {
        self.page.is_none() || self.search.is_some()
    }
}

impl<F> Default for ListRequest<F> {
    fn default() -> Self {
        Self::ALL
    }
}

/// The direction of a sort order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortDirection {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

/// A search text that matches anywhere in a field, without regard to case.
///
/// The two databases disagree on lower case beyond ASCII, so neither folds text: each searched field has a column with
/// its [`folded`] text, which is compared with [`Search::pattern`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    folded: String,
}

impl Search {
    /// The escape character before `%`, `_` and itself in a pattern.
    pub const ESCAPE: char = '\\';

    /// Creates a search from a text, trimmed; `None` if nothing is left.
    pub fn of(text: &str) -> Option<Self> {
        let folded = folded(text.trim());
        (!folded.is_empty()).then_some(Self { folded })
    }

    /// Returns the pattern that finds the text anywhere in a folded column. Use
    /// `column.like(search.pattern()).escape(Search::ESCAPE)`.
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

/// Folds a text for comparison without regard to case: lower case by Unicode's rules, as [`Email::folded`] and
/// [`Username::folded`] do.
///
/// [`Email::folded`]: crate::Email::folded
/// [`Username::folded`]: crate::Username::folded
pub fn folded(text: &str) -> String {
    text.to_lowercase()
}

#[cfg(test)]
mod tests;
