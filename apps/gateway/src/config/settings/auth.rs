//! Settings of sessions and passwords.

use crate::config::{PasswordRules, Period, SessionRules};

/// Settings of sessions and passwords.
#[derive(Clone, Debug, clap::Args)]
pub struct AuthSettings {
    /// Lifetime of access tokens
    #[arg(
        long,
        env = "LOGGIA_ACCESS_TTL",
        global = true,
        hide_short_help = true,
        value_name = "TIME",
        default_value = "60m"
    )]
    pub access_ttl: Period,

    /// Lifetime of refresh tokens
    #[arg(
        long,
        env = "LOGGIA_REFRESH_TTL",
        global = true,
        hide_short_help = true,
        value_name = "TIME",
        default_value = "1d"
    )]
    pub refresh_ttl: Period,

    /// When tokens become invalid before they expire
    #[arg(
        long,
        env = "LOGGIA_SESSION_POLICY",
        global = true,
        hide_short_help = true,
        value_name = "POLICY",
        default_value = "strict"
    )]
    pub session_policy: SessionRules,

    /// Password policy
    #[arg(
        long,
        env = "LOGGIA_PASSWORD_POLICY",
        global = true,
        hide_short_help = true,
        value_name = "POLICY",
        default_value = "django"
    )]
    pub password_policy: PasswordRules,
}
