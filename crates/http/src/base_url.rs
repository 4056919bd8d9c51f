//! The base URL of links.

use std::{fmt, str::FromStr};

use url::Url;

/// A URL that other addresses are relative to.
///
/// Shape: `http` or `https`, a host and an optional path; no credentials, query or fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(Url);

impl BaseUrl {
    /// Returns the address of `rest` below this URL. `rest` begins with `/`.
    pub fn join(&self, rest: &str) -> String {
        format!("{}{rest}", self.0.as_str().trim_end_matches('/'))
    }

    /// Returns the URL.
    pub fn url(&self) -> &Url {
        &self.0
    }
}

impl FromStr for BaseUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Url::parse(text.trim())
            .ok()
            .filter(|url| {
                matches!(url.scheme(), "http" | "https")
                    && url.has_host()
                    && url.username().is_empty()
                    && url.password().is_none()
                    && url.query().is_none()
                    && url.fragment().is_none()
            })
            .map(Self)
            .ok_or("write an address as https://accounts.example.com, without a query or fragment")
    }
}

/// Writes the URL without its trailing slash.
impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}
