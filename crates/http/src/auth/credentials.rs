//! The `Authorization` header.

use crate::error::AuthFault;

/// What an `Authorization` header holds.
#[derive(Debug, PartialEq, Eq)]
pub enum Credential<'a> {
    /// Nothing that concerns this surface.
    None,
    /// A signed token.
    Signed(&'a str),
    /// An opaque token.
    Opaque(&'a str),
    /// Something that cannot be read.
    Faulty(AuthFault),
}

/// Reads a header as SimpleJWT does: the scheme `Bearer` in exactly this spelling, then one token.
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
