//! Options of the services and surfaces: validated settings without secrets.

use ipnet::IpNet;
use loggia_http::{AnySurface, BaseUrl, throttling::Rates};
use loggia_identity::{SessionSettings, passwords::Policy};

use super::{Error, Origin, Result, Settings};
use crate::surfaces::SURFACES;

/// The options that determine the server's behavior towards clients. Created from [`Settings`] in production, and from
/// [`Options::default`] in tests.
#[derive(Clone, Debug)]
pub struct Options {
    /// The public URL of this server.
    pub public_url: BaseUrl,
    /// The base URL of links in emails.
    pub frontend_url: BaseUrl,
    /// The name of this service in emails.
    pub site_name: String,
    /// The surfaces that are served. Never empty.
    pub surfaces: Vec<AnySurface>,
    /// The origins that may send cross-origin requests.
    pub cors_origins: Vec<Origin>,
    /// The networks whose `X-Forwarded-For` is trusted.
    pub trusted_proxies: Vec<IpNet>,
    /// Whether throttles are on.
    pub is_rate_limited: bool,
    /// The rates of throttles.
    pub rates: Rates,
    /// Lifetimes of tokens, and the session policy.
    pub session: SessionSettings,
    /// The password policy.
    pub passwords: Policy,
}

impl Options {
    /// Validates the settings and takes over those that affect clients.
    ///
    /// # Errors
    /// If a setting is missing, or contradicts another. The error names the setting.
    pub fn of(settings: &Settings) -> Result<Self> {
        if settings.surfaces.is_empty() {
            return Err(Error::new("LOGGIA_SURFACES", "contains no surface"));
        }
        let (access, refresh) = (settings.auth.access_ttl, settings.auth.refresh_ttl);
        if refresh.get() < access.get() {
            let problem = format!("{refresh} is shorter than LOGGIA_ACCESS_TTL, {access}");
            return Err(Error::new("LOGGIA_REFRESH_TTL", problem));
        }
        let site_name = settings.site_name.trim();
        if site_name.is_empty() || site_name.chars().any(char::is_control) {
            return Err(Error::new("LOGGIA_SITE_NAME", "is not one line of text"));
        }
        let mut surfaces = Vec::new();
        for surface in settings.surfaces.iter() {
            if !surfaces.contains(surface) {
                surfaces.push(*surface);
            }
        }
        Ok(Self {
            public_url: settings.effective_public_url()?,
            frontend_url: settings.effective_frontend_url()?,
            site_name: site_name.to_owned(),
            surfaces,
            cors_origins: settings.cors_origins.to_vec(),
            trusted_proxies: settings.trusted_proxies.to_vec(),
            is_rate_limited: settings.rates.rate_limit.is_on(),
            rates: Rates {
                email_change: settings.rates.rate_email_change.get(),
                password_reset: settings.rates.rate_reset.get(),
                password_reset_site: settings.rates.rate_reset_client.get(),
            },
            session: SessionSettings {
                access_ttl: access.get(),
                refresh_ttl: refresh.get(),
                policy: settings.auth.session_policy.into(),
            },
            passwords: settings.auth.password_policy.into(),
        })
    }
}

/// The behavior of `loggia serve` without any setting.
impl Default for Options {
    #[expect(
        clippy::expect_used,
        reason = "a constant that a test parses; nothing from outside is in it"
    )]
    fn default() -> Self {
        let public_url: BaseUrl = "http://127.0.0.1:8000".parse().expect("a fixed address");
        Self {
            frontend_url: public_url.clone(),
            public_url,
            site_name: "Loggia".to_owned(),
            surfaces: SURFACES.to_vec(),
            cors_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            is_rate_limited: true,
            rates: Rates::default(),
            session: SessionSettings::default(),
            passwords: Policy::Django,
        }
    }
}
