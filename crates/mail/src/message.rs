//! A letter: whom it is for and what it says.

use std::fmt;

use lettre::Address;

use crate::{Error, Rendered, Result};

/// A letter ready to be sent. The sender is the mailer's.
///
/// Shape: one recipient; a subject of one line without control characters; plain text, and the same as HTML if there
/// is any. Nothing in it can add a header.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    to: String,
    address: Address,
    subject: String,
    text: String,
    html: Option<String>,
}

impl Message {
    /// Makes a letter to the address `to`, which is a bare address without a name.
    ///
    /// # Errors
    /// [`Error::Invalid`] if `to` is no address, or the subject is blank, breaks its line or holds control characters.
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

    /// Makes a letter to the address `to` of what a template rendered.
    ///
    /// # Errors
    /// As [`Message::new`].
    pub fn of(to: &str, rendered: Rendered) -> Result<Self> {
        Self::new(to, rendered.subject, rendered.text, Some(rendered.html))
    }

    /// The recipient's address, as it was given.
    pub fn to(&self) -> &str {
        &self.to
    }

    /// The subject.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The plain text. Lines end in `\n`.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The HTML part, if there is one.
    pub fn html(&self) -> Option<&str> {
        self.html.as_deref()
    }

    /// The recipient's address as mail servers want it: the domain in ASCII.
    pub(crate) fn address(&self) -> &Address {
        &self.address
    }
}

/// Shows the recipient's domain and the subject only: letters carry links that log their reader in.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("to", &format_args!("…@{}", self.address.domain()))
            .field("subject", &self.subject)
            .finish_non_exhaustive()
    }
}

/// Parses an address, turning a domain in other scripts into its ASCII form, which every server understands.
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
