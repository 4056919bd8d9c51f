//! The encoding of an email as a message of RFC 5322.

use lettre::Message as MimeMessage;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use uuid::Uuid;

use crate::message::address;
use crate::{Error, Message, Result};

/// Encodes `message` as a message from `from`: plain text and HTML as alternatives, the current date, a new message id.
pub(crate) fn encode(from: &Mailbox, message: &Message) -> Result<MimeMessage> {
    // Prevents automatic replies. Source: RFC 3834 §5.
    let auto_submitted = HeaderValue::new(
        HeaderName::new_from_ascii_str("Auto-Submitted"),
        "auto-generated".to_owned(),
    );
    let id = format!("<{}@{}>", Uuid::new_v4(), from.email.domain());
    let builder = MimeMessage::builder()
        .from(from.clone())
        .to(Mailbox::new(None, message.address().clone()))
        .subject(message.subject())
        .message_id(Some(id))
        .date_now()
        .raw_header(auto_submitted);
    let mime = match message.html() {
        Some(html) => builder.multipart(MultiPart::alternative_plain_html(
            message.text().to_owned(),
            html.to_owned(),
        )),
        None => builder.singlepart(
            SinglePart::builder().header(ContentType::TEXT_PLAIN).body(message.text().to_owned()),
        ),
    };
    mime.map_err(|error| {
        tracing::error!(%error, "an email could not be written as a message");
        Error::Invalid { what: "email" }
    })
}

/// Parses the sender, an address or `Name <address>`.
pub(crate) fn parse_sender(raw: &str) -> Result<Mailbox> {
    let invalid = || Error::Invalid { what: "mail sender" };
    if raw.chars().any(char::is_control) {
        return Err(invalid());
    }
    let raw = raw.trim();
    if let Some(address) = address(raw) {
        return Ok(Mailbox::new(None, address));
    }
    let (name, rest) = raw.rsplit_once('<').ok_or_else(invalid)?;
    let address = rest.strip_suffix('>').and_then(address).ok_or_else(invalid)?;
    let name = name.trim().trim_matches('"');
    let name = (!name.is_empty()).then(|| name.to_owned());
    Ok(Mailbox::new(name, address))
}
