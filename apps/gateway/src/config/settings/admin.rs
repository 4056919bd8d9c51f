//! The account of the first superuser.

use crate::config::Secret;

/// The account of the first superuser.
#[derive(Clone, Debug, clap::Args)]
pub struct AdminSettings {
    /// Email address of the first superuser, who is created at start if there is no superuser
    #[arg(
        long,
        env = "LOGGIA_ADMIN_EMAIL",
        global = true,
        hide_short_help = true,
        value_name = "EMAIL"
    )]
    pub admin_email: Option<String>,

    /// Password of the first superuser
    #[arg(
        long,
        env = "LOGGIA_ADMIN_PASSWORD",
        global = true,
        hide_short_help = true,
        value_name = "PASSWORD",
        hide_env_values = true
    )]
    pub admin_password: Option<Secret>,
}
