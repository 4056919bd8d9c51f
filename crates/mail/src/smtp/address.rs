//! The address and security of the mail server.

use std::fmt;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::TlsParameters;
use percent_encoding::percent_decode_str;
use url::Url;

use crate::{Error, Result};

const INVALID: Error = Error::Invalid { what: "mail URL" };

/// A parsed `smtp://`, `smtps://` or `smtp+insecure://` URL.
pub(super) struct ServerAddress {
    /// A name or an IP address, the latter without brackets.
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) security: Security,
    pub(super) credentials: Option<Credentials>,
}

/// The encryption of the connection.
pub(super) enum Security {
    /// Implicit TLS.
    Tls(TlsParameters),
    /// STARTTLS before anything else. If the server does not support it, nothing is sent.
    StartTls(TlsParameters),
    /// No encryption.
    None,
}

impl ServerAddress {
    /// # Errors
    /// [`Error::Invalid`] without the URL, which may contain a password.
    pub(super) fn parse(raw: &str) -> Result<Self> {
        let Ok(url) = Url::parse(raw) else {
            return Err(INVALID);
        };
        let host = url.host_str().filter(|host| !host.is_empty());
        let host = host.ok_or(INVALID)?;
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let has_more =
            !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some();
        if has_more {
            return Err(INVALID);
        }
        // Source of the ports: RFC 6409 §3.1, RFC 8314 §7.3, RFC 5321 §4.5.4.2.
        let (default_port, security) = match url.scheme() {
            "smtp" => (587, Security::StartTls(tls(host)?)),
            "smtps" => (465, Security::Tls(tls(host)?)),
            "smtp+insecure" => (25, Security::None),
            _ => return Err(INVALID),
        };
        Ok(Self {
            host: host.to_owned(),
            port: url.port().unwrap_or(default_port),
            security,
            credentials: credentials(&url)?,
        })
    }
}

/// Omits user and password.
impl fmt::Debug for ServerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.security {
            Security::Tls(_) => "smtps",
            Security::StartTls(_) => "smtp",
            Security::None => "smtp+insecure",
        };
        let user = match self.credentials {
            Some(_) => "***@",
            None => "",
        };
        write!(f, "{scheme}://{user}{}:{}", self.host, self.port)
    }
}

fn tls(host: &str) -> Result<TlsParameters> {
    TlsParameters::new(host.to_owned()).map_err(|error| {
        tracing::error!(%error, "TLS to the mail server cannot be set up");
        INVALID
    })
}

/// Returns user and password, or `None` without both. One without the other is an invalid setting.
fn credentials(url: &Url) -> Result<Option<Credentials>> {
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        ("", Some(_)) | (_, None) => Err(INVALID),
        (user, Some(password)) => Ok(Some(Credentials::new(decoded(user)?, decoded(password)?))),
    }
}

fn decoded(text: &str) -> Result<String> {
    match percent_decode_str(text).decode_utf8() {
        Ok(text) => Ok(text.into_owned()),
        Err(_) => Err(INVALID),
    }
}
