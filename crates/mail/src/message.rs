//! An email: recipient, subject and texts.

use std::fmt;

use lettre::Address;

use crate::{Error, Rendered, Result};

/// An email ready to be sent. The mailer supplies the sender.
///
/// Shape: one recipient; a subject of one line without control characters; plain text, and optionally the same as
/// HTML. No part can inject a header.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    to: String,
    address: Address,
    subject: String,
    text: String,
    html: Option<String>,
}

impl Message {
    /// Creates an email to `to`, a bare address without a name.
    ///
    /// # Errors
    /// [`Error::Invalid`] if `to` is not an address, or the subject is blank or contains line breaks or control
    /// characters.
    pub fn new(
        to: &str,
        subject: impl Into<String>,
        text: impl Into<String>,
        html: Option<String>,
    ) -> Result<Self> {
        let subject = subject.into();
        if subject.trim().is_empty() || subject.chars().any(char::is_control) {
            return Err(Error::Invalid { what: "subject" });
        }
        Ok(Self {
            to: to.to_owned(),
            address: address(to).ok_or(Error::Invalid { what: "recipient" })?,
            subject,
            text: text.into(),
            html,
        })
    }

    /// Creates an email to `to` from a rendered template.
    ///
    /// # Errors
    /// As [`Message::new`].
    pub fn of(to: &str, rendered: Rendered) -> Result<Self> {
        Self::new(to, rendered.subject, rendered.text, Some(rendered.html))
    }

    /// Returns the recipient's address as given.
    pub fn to(&self) -> &str {
        &self.to
    }

    /// Returns the subject.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Returns the plain text. Lines end in `
    /// `.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the HTML part, if any.
    pub fn html(&self) -> Option<&str> {
        self.html.as_deref()
    }

    /// Returns the recipient's address for the mail server, with the domain in ASCII.
    pub(crate) fn address(&self) -> &Address {
        &self.address
    }
}

/// Shows the recipient's domain and the subject only, because emails contain login links.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("to", &format_args!("…@{}", self.address.domain()))
            .field("subject", &self.subject)
            .finish_non_exhaustive()
    }
}

/// Parses an address and converts an internationalized domain to ASCII, which every server supports.
pub(crate) fn address(raw: &str) -> Option<Address> {
    let (local, domain) = raw.rsplit_once('@')?;
    if raw.chars().any(char::is_control) {
        return None;
    }
    if domain.is_ascii() {
        return Address::new(local, domain).ok();
    }
    match url::Host::parse(domain) {
        Ok(url::Host::Domain(ascii)) => Address::new(local, ascii).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
