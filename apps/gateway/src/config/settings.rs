//! All settings: one list for flags, environment variables, `--help` and `loggia config`.

use std::{net::SocketAddr, path::PathBuf};

use clap::value_parser;
use ipnet::IpNet;

use loggia_http::{AnySurface, BaseUrl};

use super::{
    List, LogFormat, Moment, Origin, PasswordRules, Period, RateRule, Secret, SecretUrl,
    SessionRules, Switch, values::listening_address,
};

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

    /// Google client ids accepted at login, separated by commas; no effect yet [default: none]
    #[arg(
        long,
        env = "LOGGIA_GOOGLE_CLIENT_ID",
        global = true,
        hide_short_help = true,
        value_name = "IDS",
        default_value = "",
        hide_default_value = true
    )]
    pub google_client_id: List<String>,

    /// URL of Google's keys; no effect yet
    #[arg(
        long,
        env = "LOGGIA_GOOGLE_JWKS_URL",
        global = true,
        hide_short_help = true,
        value_name = "URL"
    )]
    pub google_jwks_url: Option<BaseUrl>,

    /// GitHub client id; no effect yet [default: none]
    #[arg(
        long,
        env = "LOGGIA_GITHUB_CLIENT_ID",
        global = true,
        hide_short_help = true,
        value_name = "ID"
    )]
    pub github_client_id: Option<String>,

    /// GitHub client secret; no effect yet
    #[arg(
        long,
        env = "LOGGIA_GITHUB_CLIENT_SECRET",
        global = true,
        hide_short_help = true,
        value_name = "SECRET",
        hide_env_values = true
    )]
    pub github_client_secret: Option<Secret>,

    /// URL of GitHub, for GitHub Enterprise; no effect yet
    #[arg(
        long,
        env = "LOGGIA_GITHUB_URL",
        global = true,
        hide_short_help = true,
        value_name = "URL"
    )]
    pub github_url: Option<BaseUrl>,

    /// URL of GitHub's API, for GitHub Enterprise; no effect yet
    #[arg(
        long,
        env = "LOGGIA_GITHUB_API_URL",
        global = true,
        hide_short_help = true,
        value_name = "URL"
    )]
    pub github_api_url: Option<BaseUrl>,

    /// What to log: a level, or `target=level` separated by commas
    #[arg(
        long,
        env = "LOGGIA_LOG",
        global = true,
        hide_short_help = true,
        value_name = "FILTER",
        default_value = "info"
    )]
    pub log: String,

    /// Format of log lines
    #[arg(
        long,
        env = "LOGGIA_LOG_FORMAT",
        global = true,
        hide_short_help = true,
        value_name = "FORMAT",
        default_value = "auto"
    )]
    pub log_format: LogFormat,

    /// URL of an OpenTelemetry collector that receives spans: OTLP over HTTP; needs the feature `otel` [default: none]
    #[arg(
        long,
        env = "LOGGIA_OTLP_ENDPOINT",
        global = true,
        hide_short_help = true,
        value_name = "URL"
    )]
    pub otlp_endpoint: Option<BaseUrl>,
}
