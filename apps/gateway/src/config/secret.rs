//! Texts that must not be shown.

use std::fmt;

use url::Url;

/// What is shown instead.
const MASK: &str = "***";

/// A text that is never shown: `Debug` and `Display` mask all of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The text itself. Named so that every place that reads it can be found.
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

/// A URL that may hold a password: `Debug` and `Display` mask that, and the parameters behind `?`.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretUrl(String);

impl SecretUrl {
    /// The URL itself. Named so that every place that reads it can be found.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What stands before `://`; empty if nothing does.
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
        // What cannot be taken apart may hold a password anywhere.
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
