//! Settings of emails.

use std::path::PathBuf;

use crate::config::SecretUrl;

/// Settings of emails.
#[derive(Clone, Debug, clap::Args)]
pub struct MailSettings {
    /// file://DIR, smtp://user:password@host:port (STARTTLS), smtps://... or smtp+insecure://... [default: file://DATA_DIR/mail]
    #[arg(
        long,
        env = "LOGGIA_MAIL_URL",
        global = true,
        hide_short_help = true,
        value_name = "URL",
        hide_env_values = true
    )]
    pub mail_url: Option<SecretUrl>,

    /// Sender of emails
    #[arg(
        long,
        env = "LOGGIA_MAIL_FROM",
        global = true,
        hide_short_help = true,
        value_name = "ADDRESS",
        default_value = "Loggia <noreply@localhost>"
    )]
    pub mail_from: String,

    /// Directory of email templates that replace the built-in ones
    #[arg(
        long,
        env = "LOGGIA_MAIL_TEMPLATES",
        global = true,
        hide_short_help = true,
        value_name = "DIR"
    )]
    pub mail_templates: Option<PathBuf>,
}
