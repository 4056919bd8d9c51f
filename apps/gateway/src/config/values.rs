//! The values that single settings take.

use std::{fmt, net::SocketAddr, str::FromStr};

use clap::ValueEnum;
use loggia_identity::{SessionPolicy, passwords::Policy};
use url::Url;

use super::list::Item;

/// Reads an address to listen on.
pub(super) fn listening_address(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .ok()
        .ok_or_else(|| "write an IP address and a port, as 127.0.0.1:8000 or [::1]:8000".to_owned())
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    On,
    Off,
}

impl Switch {
    /// Whether it is on.
    pub fn is_on(self) -> bool {
        self == Self::On
    }
}

/// When tokens die.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SessionRules {
    /// With their session
    Strict,
    /// As simplejwt has it: access tokens live until they expire
    Django,
}

impl From<SessionRules> for SessionPolicy {
    fn from(rules: SessionRules) -> Self {
        match rules {
            SessionRules::Strict => Self::Strict,
            SessionRules::Django => Self::Django,
        }
    }
}

/// Which passwords are too weak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PasswordRules {
    /// Django's four validators decide
    Django,
    /// Every password will do
    None,
}

impl From<PasswordRules> for Policy {
    fn from(rules: PasswordRules) -> Self {
        match rules {
            PasswordRules::Django => Self::Django,
            PasswordRules::None => Self::None,
        }
    }
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Text on a terminal, JSON elsewhere
    Auto,
    /// One JSON object a line
    Json,
    /// For people
    Text,
}

/// A family of paths that is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ValueEnum)]
pub enum Surface {
    /// `/auth/...`
    Djoser,
    /// `/api/users/<word>/`
    Users,
    /// `/api/auth/...` and its neighbours
    Api,
    /// `/api/v1/...`
    V1,
}

impl Surface {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Djoser, Self::Users, Self::Api, Self::V1];

    /// Its name in settings and in the paths of its documents.
    pub fn name(self) -> &'static str {
        match self {
            Self::Djoser => "djoser",
            Self::Users => "users",
            Self::Api => "api",
            Self::V1 => "v1",
        }
    }
}

impl fmt::Display for Surface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Item for Surface {
    fn parse(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|surface| surface.name() == text)
            .ok_or_else(|| format!("{text} is none of djoser, users, api and v1"))
    }
}

/// Shows a value as it is written in a setting.
pub(super) fn written(value: impl ValueEnum) -> String {
    value
        .to_possible_value()
        .map(|value| value.get_name().to_owned())
        .unwrap_or_default()
}

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
