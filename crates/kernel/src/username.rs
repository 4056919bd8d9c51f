//! Usernames: Django's rules, and the derivation from an email address.

use diesel_derive_newtype::DieselNewType;
use unicode_normalization::UnicodeNormalization;

use crate::{Email, ParseError};

/// A username: case-sensitive, stored in Unicode normal form KC.
///
/// Shape: 1 to [`Username::MAX_CHARS`] characters, letters and digits of any script and `@ . + - _`.
/// Source: Django 5.2, `contrib/auth/validators.py` `UnicodeUsernameValidator`, `base_user.py` `normalize_username`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, DieselNewType)]
pub struct Username(String);

impl Username {
    /// The maximum length in characters. Source: Django, `AbstractUser.username`.
    pub const MAX_CHARS: usize = 150;

    /// The maximum length of derived usernames, and of usernames parsed by [`Username::parse_ascii`].
    pub const ASCII_MAX_CHARS: usize = 50;

    /// Parses a username.
    ///
    /// # Errors
    /// [`ParseError::Blank`] if nothing is left after trimming, [`ParseError::Malformed`] for a character that is not
    /// allowed, [`ParseError::TooLong`] over the limit.
    pub fn parse(raw: &str) -> Result<Self, ParseError> {
        let name: String = raw.trim().nfkc().collect();
        if name.is_empty() {
            return Err(ParseError::Blank);
        }
        if !name.chars().all(is_allowed) {
            return Err(ParseError::Malformed);
        }
        if name.chars().count() > Self::MAX_CHARS {
            return Err(ParseError::TooLong { max: Self::MAX_CHARS });
        }
        Ok(Self(name))
    }

    /// Parses a username by narrower rules: 1 to 50 of `A-Z a-z 0-9 . _`.
    ///
    /// # Errors
    /// As [`Username::parse`], with the limit [`Username::ASCII_MAX_CHARS`].
    pub fn parse_ascii(raw: &str) -> Result<Self, ParseError> {
        let name = raw.trim();
        if name.is_empty() {
            return Err(ParseError::Blank);
        }
        if name.chars().count() > Self::ASCII_MAX_CHARS {
            return Err(ParseError::TooLong { max: Self::ASCII_MAX_CHARS });
        }
        if !name.chars().all(is_plain) {
            return Err(ParseError::Malformed);
        }
        Ok(Self(name.to_owned()))
    }

    /// Derives a username from the local part of an address: its allowed ASCII characters, or `user` if nothing is
    /// left.
    pub fn from_local_part(email: &Email) -> Self {
        let name: String = email
            .local_part()
            .chars()
            .filter(|c| is_plain(*c))
            .take(Self::ASCII_MAX_CHARS)
            .collect();
        Self(if name.is_empty() { "user".to_owned() } else { name })
    }

    /// Returns the name with `-n` appended, shortened to `max` characters.
    #[must_use]
    pub fn with_suffix(&self, n: u32, max: usize) -> Self {
        let suffix = format!("-{n}");
        let kept: String = self.0.chars().take(max.saturating_sub(suffix.len())).collect();
        Self(kept + &suffix)
    }

    /// Returns the name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the name in lower case, for comparison without regard to case.
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }
}

impl std::fmt::Display for Username {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Returns true for Python's `\w` and `. @ + -`.
fn is_allowed(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | '@' | '+' | '-')
}

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_')
}

#[cfg(test)]
mod tests;
