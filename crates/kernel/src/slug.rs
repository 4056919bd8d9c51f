//! Slugs: names for paths.

use diesel_derive_newtype::DieselNewType;
use unicode_normalization::UnicodeNormalization;

/// A slug: a name for paths, derived from a text.
///
/// Shape: 1 to [`Slug::MAX_CHARS`] of `a-z 0-9 _ -`, no hyphen or underscore at either end unless a suffix put it
/// there.
/// Source: Django 5.2, `utils/text.py` `slugify`; the length is Django's `SlugField`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, DieselNewType)]
pub struct Slug(String);

impl Slug {
    /// The width of Django's slug columns.
    pub const MAX_CHARS: usize = 50;

    /// Derives a slug from any text, as Django's `slugify` does. Uses `fallback` if nothing of the text is left.
    pub fn of(text: &str, fallback: &str) -> Self {
        let ascii: String =
            text.nfkd().filter(char::is_ascii).collect::<String>().to_ascii_lowercase();
        let mut slug = String::with_capacity(ascii.len());
        for c in ascii.chars() {
            match c {
                'a'..='z' | '0'..='9' | '_' => slug.push(c),
                // Runs of white space and hyphens become one hyphen.
                '-' | ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c' if !slug.ends_with('-') => {
                    slug.push('-');
                }
                _ => {}
            }
        }
        let edges = ['-', '_'];
        let cut = slug
            .trim_matches(edges)
            .get(..Self::MAX_CHARS)
            .unwrap_or(slug.trim_matches(edges))
            .trim_end_matches(edges);
        Self(if cut.is_empty() { fallback } else { cut }.to_owned())
    }

    /// Returns the slug with `-n` appended, shortened to the limit.
    #[must_use]
    pub fn with_suffix(&self, n: u32) -> Self {
        let suffix = format!("-{n}");
        let kept: String =
            self.0.chars().take(Self::MAX_CHARS.saturating_sub(suffix.len())).collect();
        Self(kept + &suffix)
    }

    /// Returns the slug as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Slug {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests;
