//! Email addresses: validation and comparison.

use std::net::IpAddr;

use diesel_derive_newtype::DieselNewType;

use crate::ParseError;

/// A syntactically valid address: trimmed, domain part in lower case, local part untouched.
///
/// Shape: at most [`Email::MAX_CHARS`] characters; a dot-atom or a quoted string, `@`, and a domain of at least two
/// labels, `localhost`, or an address literal in brackets.
/// Source: Django 5.2, `core/validators.py` `EmailValidator` and `contrib/auth/base_user.py` `normalize_email`.
#[derive(Clone, PartialEq, Eq, Hash, DieselNewType)]
pub struct Email(String);

impl Email {
    /// The longest address that fits the column. Source: Django, `models.EmailField`.
    pub const MAX_CHARS: usize = 254;

    /// Parses an address.
    ///
    /// # Errors
    /// [`ParseError::Blank`] if nothing is left after trimming, [`ParseError::TooLong`] over the limit,
    /// [`ParseError::Malformed`] for anything else that is not an address.
    pub fn parse(raw: &str) -> Result<Self, ParseError> {
        let raw = raw.trim();
        if raw.is_empty() {
            return Err(ParseError::Blank);
        }
        let (local, domain) = raw.rsplit_once('@').ok_or(ParseError::Malformed)?;
        if !is_local_part(local) || !is_domain(domain) {
            return Err(ParseError::Malformed);
        }
        if raw.chars().count() > Self::MAX_CHARS {
            return Err(ParseError::TooLong { max: Self::MAX_CHARS });
        }
        Ok(Self(format!("{local}@{}", domain.to_lowercase())))
    }

    /// Parses an address and converts it to lower case.
    ///
    /// # Errors
    /// As [`Email::parse`].
    pub fn parse_lowercase(raw: &str) -> Result<Self, ParseError> {
        Self::parse(&raw.to_lowercase())
    }

    /// Returns the address as given, with the domain in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the whole address in lower case, for comparison.
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }

    /// Returns the part before the `@`.
    pub fn local_part(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(local, _)| local)
    }
}

impl std::fmt::Display for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Shows the domain only, because complete addresses must not be logged.
impl std::fmt::Debug for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let domain = self.0.rsplit_once('@').map_or("", |(_, domain)| domain);
        write!(f, "Email(…@{domain})")
    }
}

fn is_local_part(local: &str) -> bool {
    is_quoted(local) || local.split('.').all(is_atom)
}

fn is_atom(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{}|~".contains(&b))
}

/// Returns true for the content of a quoted string: printable characters and control characters other than line breaks,
/// with quote and backslash escaped by a backslash.
fn is_quoted(text: &str) -> bool {
    let Some(inner) = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return false;
    };
    let mut bytes = inner.bytes();
    while let Some(byte) = bytes.next() {
        let fine = match byte {
            b'\\' => bytes.next().is_some_and(|b| matches!(b, 1..=9 | 11 | 12 | 14..=127)),
            b'"' => false,
            1..=8 | 11 | 12 | 14..=31 | 33..=127 => true,
            _ => false,
        };
        if !fine {
            return false;
        }
    }
    true
}

fn is_domain(domain: &str) -> bool {
    if domain.eq_ignore_ascii_case("localhost") {
        return true;
    }
    if let Some(literal) = domain.strip_prefix('[').and_then(|d| d.strip_suffix(']')) {
        return literal.parse::<IpAddr>().is_ok();
    }
    match domain.rsplit_once('.') {
        Some((labels, top)) => {
            top.chars().count() >= 2 && is_top_level(top) && labels.split('.').all(is_label)
        }
        None => false,
    }
}

fn is_label(label: &str) -> bool {
    is_top_level(label) && !label.starts_with('-')
}

/// Checks a top-level label. Django's pattern allows it to begin with a hyphen.
fn is_top_level(label: &str) -> bool {
    (1..=63).contains(&label.chars().count())
        && !label.ends_with('-')
        && label.chars().all(|c| c.is_alphanumeric() || c == '-')
}

#[cfg(test)]
mod tests;
