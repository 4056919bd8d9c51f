//! Lists in settings, separated by commas.

use std::{fmt, net::IpAddr, ops::Deref, str::FromStr};

use ipnet::IpNet;
use url::Url;

/// Values separated by commas. Spaces around values are trimmed and empty values are skipped, so an empty text is an
/// empty list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List<T>(Vec<T>);

/// A value of a [`List`].
pub trait Item: Sized {
    /// Parses a value.
    ///
    /// # Errors
    /// A message about the invalid text.
    fn parse(text: &str) -> Result<Self, String>;
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> From<Vec<T>> for List<T> {
    fn from(items: Vec<T>) -> Self {
        Self(items)
    }
}

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: Item> FromStr for List<T> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .map(T::parse)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl<T: fmt::Display> fmt::Display for List<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, item) in self.0.iter().enumerate() {
            write!(f, "{}{item}", if i == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}

impl Item for String {
    fn parse(text: &str) -> Result<Self, String> {
        Ok(text.to_owned())
    }
}

/// Parses a network such as `10.0.0.0/8`, or a single address.
impl Item for IpNet {
    fn parse(text: &str) -> Result<Self, String> {
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Self::from(address));
        }
        text.parse().map_err(|error| {
            format!("{text} is neither a network such as 10.0.0.0/8 nor an address: {error}")
        })
    }
}

/// The origin of a web page.
///
/// Shape: `scheme://host[:port]` as browsers send it: in lower case, without the default port of the scheme, without a
/// path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// Returns the origin as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Item for Origin {
    fn parse(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).ok().filter(|url| {
            matches!(url.scheme(), "http" | "https")
                && matches!(url.path(), "" | "/")
                && url.username().is_empty()
                && url.password().is_none()
                && url.query().is_none()
                && url.fragment().is_none()
        });
        match url {
            Some(url) => Ok(Self(url.origin().ascii_serialization())),
            None => Err(format!(
                "{text} is not an origin such as https://app.example.com; wildcards are not supported"
            )),
        }
    }
}
