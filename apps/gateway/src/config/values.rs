//! Values of single settings.

use std::net::SocketAddr;

use clap::ValueEnum;
use loggia_http::AnySurface;
use loggia_identity::{SessionPolicy, passwords::Policy};

use super::list::Item;
use crate::surfaces;

/// Parses an address to listen on.
pub(super) fn listening_address(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .ok()
        .ok_or_else(|| "write an IP address and a port, as 127.0.0.1:8000 or [::1]:8000".to_owned())
}

/// A switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    On,
    Off,
}

impl Switch {
    /// Returns whether the switch is on.
    pub fn is_on(self) -> bool {
        self == Self::On
    }
}

/// The session policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SessionRules {
    /// Tokens become invalid with their session
    Strict,
    /// As SimpleJWT: access tokens stay valid until they expire
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

/// The password policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PasswordRules {
    /// Django's four validators
    Django,
    /// Every password is accepted
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

/// The format of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Text on a terminal, JSON elsewhere
    Auto,
    /// One JSON object per line
    Json,
    /// Text for people
    Text,
}

impl Item for AnySurface {
    fn parse(text: &str) -> Result<Self, String> {
        surfaces::by_name(text)
    }
}

/// Returns the name of a value in settings.
pub(super) fn written(value: impl ValueEnum) -> String {
    value.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}
