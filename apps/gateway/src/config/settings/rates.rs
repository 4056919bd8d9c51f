//! Settings of throttles.

use crate::config::{RateRule, Switch};

/// Settings of throttles.
#[derive(Clone, Debug, clap::Args)]
pub struct RateSettings {
    /// Switch for all throttles
    #[arg(
        long,
        env = "LOGGIA_RATE_LIMIT",
        global = true,
        hide_short_help = true,
        value_name = "SWITCH",
        default_value = "on"
    )]
    pub rate_limit: Switch,

    /// Requests to change an email address, per account
    #[arg(
        long,
        env = "LOGGIA_RATE_EMAIL_CHANGE",
        global = true,
        hide_short_help = true,
        value_name = "RATE",
        default_value = "3/1h"
    )]
    pub rate_email_change: RateRule,

    /// Password reset requests on v1, per client and email address
    #[arg(
        long,
        env = "LOGGIA_RATE_RESET",
        global = true,
        hide_short_help = true,
        value_name = "RATE",
        default_value = "3/1h"
    )]
    pub rate_reset: RateRule,

    /// Password reset requests on v1, per client
    #[arg(
        long,
        env = "LOGGIA_RATE_RESET_CLIENT",
        global = true,
        hide_short_help = true,
        value_name = "RATE",
        default_value = "60/1h"
    )]
    pub rate_reset_client: RateRule,
}
