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
            return Err(ParseError::TooLong { max: Self::MAX_CHARS });
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

/// Returns the slug of a title, to which a suffix may be appended.
pub(crate) fn of_title(title: &str, kind: Kind) -> Slug {
    Slug::of(title, kind.as_str())
}

#[cfg(test)]
mod tests;
