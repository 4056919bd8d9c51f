//! All settings: one list for flags, environment variables, `--help` and `loggia config`.

mod admin;
mod auth;
mod mail;
mod rates;
mod social;
mod telemetry;

use std::{net::SocketAddr, path::PathBuf};

use clap::value_parser;
use ipnet::IpNet;
use loggia_http::{AnySurface, BaseUrl};

pub use self::{
    admin::AdminSettings, auth::AuthSettings, mail::MailSettings, rates::RateSettings,
    social::SocialSettings, telemetry::TelemetrySettings,
};
use super::{List, Moment, Origin, Secret, SecretUrl, Switch, values::listening_address};

/// The settings as they were given. A setting whose default depends on other settings is `None` unless it was given; a
/// method returns its effective value.
///
/// `Debug` shows no secret. Source: the README, "Settings".
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Settings")]
pub struct Settings {
    /// Address and port to listen on
    #[arg(
        long,
        env = "LOGGIA_BIND",
        global = true,
        hide_short_help = true,
        value_name = "ADDR:PORT",
        default_value = "127.0.0.1:8000",
        value_parser = listening_address
    )]
    pub bind: SocketAddr,

    /// Directory of database, files, emails and secret.key; created at the first start
    #[arg(
        long,
        env = "LOGGIA_DATA_DIR",
        global = true,
        hide_short_help = true,
        value_name = "DIR",
        default_value = "./data"
    )]
    pub data_dir: PathBuf,

    /// sqlite://PATH or postgres://... (TLS by sslmode) [default: sqlite://DATA_DIR/loggia.db]
    #[arg(
        long,
        env = "LOGGIA_DATABASE_URL",
        global = true,
        hide_short_help = true,
        value_name = "URL",
        hide_env_values = true
    )]
    pub database_url: Option<SecretUrl>,

    /// Number of database connections; with SQLite, of readers
    #[arg(long, env = "LOGGIA_DATABASE_POOL", global = true, hide_short_help = true, value_name = "N", default_value = "16", value_parser = value_parser!(u16).range(1..=1000))]
    pub database_pool: u16,

    /// Key that signs all tokens, at least 32 bytes [default: random, kept in the data directory]
    #[arg(
        long,
        env = "LOGGIA_SECRET_KEY",
        global = true,
        hide_short_help = true,
        value_name = "KEY",
        hide_env_values = true
    )]
    pub secret_key: Option<Secret>,

    /// The key before --secret-key, whose tokens are still accepted
    #[arg(
        long,
        env = "LOGGIA_SECRET_KEY_PREVIOUS",
        global = true,
        hide_short_help = true,
        value_name = "KEY",
        hide_env_values = true
    )]
    pub secret_key_previous: Option<Secret>,

    /// When tokens of the previous key expire: a date (its beginning in UTC), or a date-time such as
    /// 2026-11-01T18:00:00Z
    #[arg(
        long,
        env = "LOGGIA_SECRET_KEY_PREVIOUS_UNTIL",
        global = true,
        hide_short_help = true,
        value_name = "DATE"
    )]
    pub secret_key_previous_until: Option<Moment>,

    /// Base URL of this server; required unless --bind is loopback [default: http://BIND]
    #[arg(
        long,
        env = "LOGGIA_PUBLIC_URL",
        global = true,
        hide_short_help = true,
        value_name = "URL"
    )]
    pub public_url: Option<BaseUrl>,

    /// Base URL of links in emails [default: the public URL]
    #[arg(
        long,
        env = "LOGGIA_FRONTEND_URL",
        global = true,
        hide_short_help = true,
        value_name = "URL"
    )]
    pub frontend_url: Option<BaseUrl>,

    /// Name of this service in emails
    #[arg(
        long,
        env = "LOGGIA_SITE_NAME",
        global = true,
        hide_short_help = true,
        value_name = "NAME",
        default_value = "Loggia"
    )]
    pub site_name: String,

    /// Settings of emails.
    #[command(flatten)]
    pub mail: MailSettings,

    /// file://DIR or memory:// [default: file://DATA_DIR/files]
    #[arg(
        long,
        env = "LOGGIA_STORAGE_URL",
        global = true,
        hide_short_help = true,
        value_name = "URL",
        hide_env_values = true
    )]
    pub storage_url: Option<SecretUrl>,

    /// Settings of sessions and passwords.
    #[command(flatten)]
    pub auth: AuthSettings,

    /// Settings of throttles.
    #[command(flatten)]
    pub rates: RateSettings,

    /// Networks whose X-Forwarded-For is trusted, separated by commas
    #[arg(
        long,
        env = "LOGGIA_TRUSTED_PROXIES",
        global = true,
        hide_short_help = true,
        value_name = "CIDRS",
        default_value = "",
        hide_default_value = true
    )]
    pub trusted_proxies: List<IpNet>,

    /// Origins that may send cross-origin requests, separated by commas
    #[arg(
        long,
        env = "LOGGIA_CORS_ORIGINS",
        global = true,
        hide_short_help = true,
        value_name = "ORIGINS",
        default_value = "",
        hide_default_value = true
    )]
    pub cors_origins: List<Origin>,

    /// Surfaces to serve, separated by commas
    #[arg(
        long,
        env = "LOGGIA_SURFACES",
        global = true,
        hide_short_help = true,
        value_name = "NAMES",
        default_value = "djoser,users,api,v1"
    )]
    pub surfaces: List<AnySurface>,

    /// Number of HTTP workers [default: number of cores]
    #[arg(long, env = "LOGGIA_WORKERS", global = true, hide_short_help = true, value_name = "N", value_parser = value_parser!(u16).range(1..=512))]
    pub workers: Option<u16>,

    /// Number of password hashes that run at once [default: number of cores]
    #[arg(long, env = "LOGGIA_HASH_PERMITS", global = true, hide_short_help = true, value_name = "N", value_parser = value_parser!(u16).range(1..=1024))]
    pub hash_permits: Option<u16>,

    /// Whether `serve` runs background work too; off if `loggia worker` runs beside it
    #[arg(
        long,
        env = "LOGGIA_JOBS",
        global = true,
        hide_short_help = true,
        value_name = "SWITCH",
        default_value = "on"
    )]
    pub jobs: Switch,

    /// The account of the first superuser.
    #[command(flatten)]
    pub admin: AdminSettings,

    /// Settings of login with Google and GitHub.
    #[command(flatten)]
    pub social: SocialSettings,

    /// Settings of the log and of traces.
    #[command(flatten)]
    pub telemetry: TelemetrySettings,
}
