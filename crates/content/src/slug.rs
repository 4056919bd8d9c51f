//! The names of entries in paths.

use diesel_derive_newtype::DieselNewType;
use loggia_kernel::{ParseError, Slug};

use crate::Kind;

/// The name of an entry in paths, unique among its kind and case-sensitive.
///
/// Shape: 1 to [`EntrySlug::MAX_CHARS`] of `A-Z a-z 0-9 _ -`. Unlike a [`Slug`], which is always derived, it may be
/// explicit, and then keeps its case. Source: Django 5.2, `core/validators.py`, `validate_slug`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, DieselNewType)]
pub struct EntrySlug(String);

impl EntrySlug {
    /// The width of Django's slug columns.
    pub const MAX_CHARS: usize = Slug::MAX_CHARS;

    /// Parses an explicit slug.
    ///
    /// # Errors
    /// [`ParseError::Blank`], [`ParseError::TooLong`], or [`ParseError::Malformed`] for characters not allowed in
    /// slugs.
    pub fn parse(raw: &str) -> Result<Self, ParseError> {
        if raw.is_empty() {
            return Err(ParseError::Blank);
        }
        let is_sound = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if !raw.chars().all(is_sound) {
            return Err(ParseError::Malformed);
        }
        // The text is ASCII here, so bytes are characters.
        if raw.len() > Self::MAX_CHARS {
            return Err(ParseError::TooLong {
                max: Self::MAX_CHARS,
            });
        }
        Ok(Self(raw.to_owned()))
    }

    /// Returns the slug as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for EntrySlug {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl From<Slug> for EntrySlug {
    /// Converts a derived slug, which is always a valid explicit slug.
    fn from(slug: Slug) -> Self {
        Self(slug.as_str().to_owned())
    }
}

/// The slug candidates of a title: the plain slug first, then with `-1`, `-2`, ... appended.
pub(crate) struct Candidates {
    base: Slug,
    next: u32,
}

/// Number of candidates in the first query. Each further query doubles it, up to [`MAX_BATCH`].
const FIRST_BATCH: u32 = 16;
/// Keeps a query within the database's limit on bound values.
const MAX_BATCH: u32 = 512;

impl Candidates {
    pub(crate) fn of(title: &str, kind: Kind) -> Self {
        Self {
            base: Slug::of(title, kind.as_str()),
            next: 0,
        }
    }

    /// Returns the next batch of candidates.
    pub(crate) fn batch(&mut self) -> Vec<EntrySlug> {
        let count = self.next.clamp(FIRST_BATCH, MAX_BATCH);
        let numbers = self.next..self.next.saturating_add(count);
        self.next = numbers.end;
        numbers
            .map(|n| match n {
                0 => self.base.clone().into(),
                n => self.base.with_suffix(n).into(),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
