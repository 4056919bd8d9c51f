//! The base URL of links.

use std::{fmt, str::FromStr};

use url::Url;

/// A URL under which other addresses lie.
///
/// Shape: `http` or `https`, a host, perhaps a path; no credentials, no query, no fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(Url);

impl BaseUrl {
    /// The address that `rest` names under this one; `rest` begins with `/`.
    pub fn join(&self, rest: &str) -> String {
        format!("{}{rest}", self.0.as_str().trim_end_matches('/'))
    }

    /// The URL.
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

/// Without a slash at the end.
impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}
