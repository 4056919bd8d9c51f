//! The values that single settings take.

use std::net::SocketAddr;

use clap::ValueEnum;
use loggia_http::AnySurface;
use loggia_identity::{SessionPolicy, passwords::Policy};

use super::list::Item;
use crate::surfaces;

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

impl Item for AnySurface {
    fn parse(text: &str) -> Result<Self, String> {
        surfaces::by_name(text)
    }
}

/// Shows a value as it is written in a setting.
pub(super) fn written(value: impl ValueEnum) -> String {
    value
        .to_possible_value()
        .map(|value| value.get_name().to_owned())
        .unwrap_or_default()
}
