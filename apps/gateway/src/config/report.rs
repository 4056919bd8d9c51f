//! The settings in effect, for `loggia config`.

use std::fmt::Display;

use clap::{ArgMatches, parser::ValueSource};

use super::{EnvFile, Result, Settings, values::written};

/// A setting in effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The environment variable.
    pub name: &'static str,
    /// The value, with secrets masked; empty if there is none.
    pub value: String,
    /// The source of the value.
    pub source: Source,
}

/// The source of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The default.
    Default,
    /// The environment.
    Environment,
    /// The file `.env`.
    EnvFile,
    /// A flag.
    Flag,
}

impl Source {
    /// Returns the displayed name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Environment => "environment",
            Self::EnvFile => ".env",
            Self::Flag => "flag",
        }
    }

    /// Returns where clap found the value of the setting with environment variable `name`.
    fn of(name: &str, matches: &ArgMatches, file: &EnvFile) -> Self {
        let id = name.trim_start_matches("LOGGIA_").to_lowercase();
        match matches.value_source(&id) {
            Some(ValueSource::EnvVariable) if file.has(name) => Self::EnvFile,
            Some(ValueSource::EnvVariable) => Self::Environment,
            Some(ValueSource::CommandLine) => Self::Flag,
            _ => Self::Default,
        }
    }
}

fn or_none(value: Option<&impl Display>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

impl Settings {
    /// Returns every setting with the value in effect.
    ///
    /// # Errors
    /// If a value that derives from other settings cannot be determined.
    pub fn report(&self, matches: &ArgMatches, file: &EnvFile) -> Result<Vec<Row>> {
        let rows = self.values()?.into_iter().map(|(name, value)| Row {
            name,
            value,
            source: Source::of(name, matches, file),
        });
        Ok(rows.collect())
    }

    /// Returns names and values in the order of the README's table.
    pub(super) fn values(&self) -> Result<Vec<(&'static str, String)>> {
        let secret_key = match &self.secret_key {
            Some(key) => key.to_string(),
            None => format!("*** in {}", self.secret_key_path().display()),
        };
        let templates = self.mail.mail_templates.as_ref().map(|dir| dir.display());
        let mut values = vec![
            ("LOGGIA_BIND", self.bind.to_string()),
            ("LOGGIA_DATA_DIR", self.data_dir.display().to_string()),
            ("LOGGIA_DATABASE_URL", self.effective_database_url()?.to_string()),
            ("LOGGIA_DATABASE_POOL", self.database_pool.to_string()),
            ("LOGGIA_SECRET_KEY", secret_key),
            ("LOGGIA_SECRET_KEY_PREVIOUS", or_none(self.secret_key_previous.as_ref())),
            ("LOGGIA_SECRET_KEY_PREVIOUS_UNTIL", or_none(self.secret_key_previous_until.as_ref())),
            ("LOGGIA_PUBLIC_URL", self.effective_public_url()?.to_string()),
            ("LOGGIA_FRONTEND_URL", self.effective_frontend_url()?.to_string()),
            ("LOGGIA_SITE_NAME", self.site_name.clone()),
            ("LOGGIA_MAIL_URL", self.effective_mail_url()?.to_string()),
            ("LOGGIA_MAIL_FROM", self.mail.mail_from.clone()),
            ("LOGGIA_MAIL_TEMPLATES", or_none(templates.as_ref())),
            ("LOGGIA_STORAGE_URL", self.effective_storage_url()?.to_string()),
        ];
        values.extend(self.policy_values());
        values.extend(self.integration_values());
        Ok(values)
    }

    /// Returns the values that decide how requests are served.
    fn policy_values(&self) -> Vec<(&'static str, String)> {
        vec![
            ("LOGGIA_ACCESS_TTL", self.auth.access_ttl.to_string()),
            ("LOGGIA_REFRESH_TTL", self.auth.refresh_ttl.to_string()),
            ("LOGGIA_SESSION_POLICY", written(self.auth.session_policy)),
            ("LOGGIA_PASSWORD_POLICY", written(self.auth.password_policy)),
            ("LOGGIA_RATE_LIMIT", written(self.rates.rate_limit)),
            ("LOGGIA_RATE_EMAIL_CHANGE", self.rates.rate_email_change.to_string()),
            ("LOGGIA_RATE_RESET", self.rates.rate_reset.to_string()),
            ("LOGGIA_RATE_RESET_CLIENT", self.rates.rate_reset_client.to_string()),
            ("LOGGIA_TRUSTED_PROXIES", self.trusted_proxies.to_string()),
            ("LOGGIA_CORS_ORIGINS", self.cors_origins.to_string()),
            ("LOGGIA_SURFACES", self.surfaces.to_string()),
            ("LOGGIA_WORKERS", self.effective_workers().to_string()),
            ("LOGGIA_HASH_PERMITS", self.effective_hash_permits().to_string()),
            ("LOGGIA_JOBS", written(self.jobs)),
        ]
    }

    /// Returns the values of the first administrator, of external providers, of the log, and of traces.
    fn integration_values(&self) -> Vec<(&'static str, String)> {
        vec![
            ("LOGGIA_ADMIN_EMAIL", or_none(self.admin.admin_email.as_ref())),
            ("LOGGIA_ADMIN_PASSWORD", or_none(self.admin.admin_password.as_ref())),
            ("LOGGIA_GOOGLE_CLIENT_ID", self.social.google_client_id.to_string()),
            ("LOGGIA_GOOGLE_JWKS_URL", or_none(self.social.google_jwks_url.as_ref())),
            ("LOGGIA_GITHUB_CLIENT_ID", or_none(self.social.github_client_id.as_ref())),
            ("LOGGIA_GITHUB_CLIENT_SECRET", or_none(self.social.github_client_secret.as_ref())),
            ("LOGGIA_GITHUB_URL", or_none(self.social.github_url.as_ref())),
            ("LOGGIA_GITHUB_API_URL", or_none(self.social.github_api_url.as_ref())),
            ("LOGGIA_LOG", self.telemetry.log.clone()),
            ("LOGGIA_LOG_FORMAT", written(self.telemetry.log_format)),
            ("LOGGIA_OTLP_ENDPOINT", or_none(self.telemetry.otlp_endpoint.as_ref())),
        ]
    }
}
