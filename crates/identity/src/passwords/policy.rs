//! Which passwords are too weak: Django's four validators, in Django's order.
//!
//! Source: django/contrib/auth/password_validation.py, 5.2.19.

use super::{digits, similarity, wordlist};

/// Which rules new passwords are held to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// Similarity, length, common, numeric.
    #[default]
    Django,
    /// Anything goes. Surfaces still refuse blanks.
    None,
}

/// What is known of the person, against which similarity is judged. Empty text is not known.
#[derive(Clone, Copy, Debug, Default)]
pub struct Personal<'a> {
    /// Login name.
    pub username: &'a str,
    /// Given name.
    pub first_name: &'a str,
    /// Family name.
    pub last_name: &'a str,
    /// Email address.
    pub email: &'a str,
}

/// Which of the [`Personal`] values a password resembles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attribute {
    /// [`Personal::username`]
    Username,
    /// [`Personal::first_name`]
    FirstName,
    /// [`Personal::last_name`]
    LastName,
    /// [`Personal::email`]
    Email,
}

/// A rule that a password breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    /// It resembles this value; the first one only.
    TooSimilar(Attribute),
    /// It has fewer than `min` characters (Unicode scalar values).
    TooShort {
        /// Characters.
        min: usize,
    },
    /// It is on the list of common passwords.
    TooCommon,
    /// It has only digits, of whatever script.
    EntirelyNumeric,
}

impl Policy {
    /// Characters.
    pub const MIN_CHARS: usize = 8;

    /// Every rule that the password breaks, in Django's order; empty if it is strong enough.
    pub fn check(&self, password: &str, about: &Personal<'_>) -> Vec<Weakness> {
        match self {
            Self::Django => django(password, about),
            Self::None => Vec::new(),
        }
    }
}

fn django(password: &str, about: &Personal<'_>) -> Vec<Weakness> {
    let mut found = Vec::new();
    if let Some(attribute) = resembled(password, about) {
        found.push(Weakness::TooSimilar(attribute));
    }
    if password.chars().count() < Policy::MIN_CHARS {
        found.push(Weakness::TooShort {
            min: Policy::MIN_CHARS,
        });
    }
    if wordlist::contains(password) {
        found.push(Weakness::TooCommon);
    }
    if !password.is_empty() && password.chars().all(digits::is_digit) {
        found.push(Weakness::EntirelyNumeric);
    }
    found
}

fn resembled(password: &str, about: &Personal<'_>) -> Option<Attribute> {
    let password = similarity::Letters::of(&password.to_lowercase());
    [
        (Attribute::Username, about.username),
        (Attribute::FirstName, about.first_name),
        (Attribute::LastName, about.last_name),
        (Attribute::Email, about.email),
    ]
    .into_iter()
    .find(|(_, value)| similarity::is_similar(&password, value))
    .map(|(attribute, _)| attribute)
}
