//! The password policy: Django's four validators, in Django's order.
//!
//! Source: django/contrib/auth/password_validation.py, 5.2.19.

use super::{digits, similarity, wordlist};

/// The rules for new passwords.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// Similarity, length, common, numeric.
    #[default]
    Django,
    /// No rules. Surfaces still reject blanks.
    None,
}

/// The user's attributes for the similarity rule. Empty text means unknown.
#[derive(Clone, Copy, Debug, Default)]
pub struct UserAttributes<'a> {
    /// Login name.
    pub username: &'a str,
    /// Given name.
    pub first_name: &'a str,
    /// Family name.
    pub last_name: &'a str,
    /// Email address.
    pub email: &'a str,
}

/// The attribute of [`UserAttributes`] that a password resembles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attribute {
    /// [`UserAttributes::username`]
    Username,
    /// [`UserAttributes::first_name`]
    FirstName,
    /// [`UserAttributes::last_name`]
    LastName,
    /// [`UserAttributes::email`]
    Email,
}

/// A rule that a password violates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    /// It resembles this attribute, the first one only.
    TooSimilar(Attribute),
    /// It has fewer than `min` characters (Unicode scalar values).
    TooShort {
        /// Characters.
        min: usize,
    },
    /// It is on the list of common passwords.
    TooCommon,
    /// It consists of digits only, of any script.
    EntirelyNumeric,
}

impl Policy {
    /// Characters.
    pub const MIN_CHARS: usize = 8;

    /// Returns every rule that the password violates, in Django's order. Empty if it is strong enough.
    pub fn check(&self, password: &str, attributes: &UserAttributes<'_>) -> Vec<Weakness> {
        match self {
            Self::Django => django(password, attributes),
            Self::None => Vec::new(),
        }
    }
}

fn django(password: &str, attributes: &UserAttributes<'_>) -> Vec<Weakness> {
    let mut found = Vec::new();
    if let Some(attribute) = similar_attribute(password, attributes) {
        found.push(Weakness::TooSimilar(attribute));
    }
    if password.chars().count() < Policy::MIN_CHARS {
        found.push(Weakness::TooShort { min: Policy::MIN_CHARS });
    }
    if wordlist::contains(password) {
        found.push(Weakness::TooCommon);
    }
    if !password.is_empty() && password.chars().all(digits::is_digit) {
        found.push(Weakness::EntirelyNumeric);
    }
    found
}

fn similar_attribute(password: &str, attributes: &UserAttributes<'_>) -> Option<Attribute> {
    let password = similarity::SortedChars::of(&password.to_lowercase());
    [
        (Attribute::Username, attributes.username),
        (Attribute::FirstName, attributes.first_name),
        (Attribute::LastName, attributes.last_name),
        (Attribute::Email, attributes.email),
    ]
    .into_iter()
    .find(|(_, value)| similarity::is_similar(&password, value))
    .map(|(attribute, _)| attribute)
}
