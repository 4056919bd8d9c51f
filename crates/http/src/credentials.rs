//! The `Authorization` header.

use crate::error::AuthFault;

/// The content of an `Authorization` header.
#[derive(Debug, PartialEq, Eq)]
pub enum Credential<'a> {
    /// No credentials, or a scheme that the surface does not read.
    None,
    /// A signed token.
    Signed(&'a str),
    /// An opaque token.
    Opaque(&'a str),
    /// Credentials that cannot be parsed.
    Faulty(AuthFault),
}

/// Parses a header as SimpleJWT does: the scheme `Bearer` in exactly this spelling, then one token.
///
/// Source: djangorestframework-simplejwt 5.5.1, `authentication.py`.
pub fn bearer(header: Option<&str>) -> Credential<'_> {
    let mut words = header.unwrap_or_default().split_ascii_whitespace();
    if words.next() != Some("Bearer") {
        return Credential::None;
    }
    match (words.next(), words.next()) {
        (Some(token), None) => Credential::Signed(token),
        _ => Credential::Faulty(AuthFault::MalformedHeader),
    }
}
