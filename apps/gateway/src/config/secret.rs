//! Values that must not be shown.

use std::fmt;

use url::Url;

/// The text that replaces a secret.
const MASK: &str = "***";

/// A secret text: `Debug` and `Display` mask all of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Returns the secret. The name makes every place that reads it easy to find.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

/// A URL that may contain a password. `Debug` and `Display` mask the password and the query parameters.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretUrl(String);

impl SecretUrl {
    /// Returns the URL. The name makes every place that reads it easy to find.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Returns the text before `://`, or the empty text.
    pub fn scheme(&self) -> &str {
        self.0.split_once("://").map_or("", |(scheme, _)| scheme)
    }
}

impl From<String> for SecretUrl {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = self.scheme();
        if matches!(scheme, "file" | "sqlite" | "memory") {
            return f.write_str(&self.0);
        }
        // A URL that cannot be parsed may contain a password anywhere.
        let Ok(mut url) = Url::parse(&self.0) else {
            return write!(f, "{scheme}://{MASK}");
        };
        if url.password().is_some() && url.set_password(Some(MASK)).is_err() {
            return write!(f, "{scheme}://{MASK}");
        }
        let parameters: Vec<(String, String)> = url
            .query_pairs()
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        url.set_query(None);
        url.set_fragment(None);
        write!(f, "{url}")?;
        for (i, (name, value)) in parameters.iter().enumerate() {
            let is_harmless = matches!(&**name, "sslmode" | "application_name" | "host" | "port");
            let value = if is_harmless { value } else { MASK };
            write!(f, "{}{name}={value}", if i == 0 { '?' } else { '&' })?;
        }
        Ok(())
    }
}

impl fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
