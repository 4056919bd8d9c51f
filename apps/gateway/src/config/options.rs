//! What the services and the surfaces are told: settings that were checked, and no secrets.

use ipnet::IpNet;
use loggia_http::{AnySurface, BaseUrl, throttling::Rates};
use loggia_identity::{SessionSettings, passwords::Policy};

use super::{Error, Origin, Result, Settings};
use crate::surfaces::SURFACES;

/// How this server behaves towards its callers. Made of [`Settings`] in production, and of [`Options::default`] with a
/// change or two in tests.
#[derive(Clone, Debug)]
pub struct Options {
    /// Our own address.
    pub public_url: BaseUrl,
    /// Where links in mails lead.
    pub frontend_url: BaseUrl,
    /// What mails call this service.
    pub site_name: String,
    /// Which surfaces are served. Never empty.
    pub surfaces: Vec<AnySurface>,
    /// Origins of pages that may ask from a browser.
    pub cors_origins: Vec<Origin>,
    /// Networks whose `X-Forwarded-For` counts.
    pub trusted_proxies: Vec<IpNet>,
    /// Whether throttles throttle.
    pub is_rate_limited: bool,
    /// How much throttles let through.
    pub rates: Rates,
    /// How long tokens live, and when they die.
    pub session: SessionSettings,
    /// Which passwords are too weak.
    pub passwords: Policy,
}

impl Options {
    /// Takes from the settings what callers notice.
    ///
    /// # Errors
    /// Naming the setting, if it is missing or does not go with the others.
    pub fn of(settings: &Settings) -> Result<Self> {
        if settings.surfaces.is_empty() {
            return Err(Error::new("LOGGIA_SURFACES", "names no surface"));
        }
        let (access, refresh) = (settings.access_ttl, settings.refresh_ttl);
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
            is_rate_limited: settings.rate_limit.is_on(),
            rates: Rates {
                email_change: settings.rate_email_change.get(),
                password_reset: settings.rate_reset.get(),
                password_reset_site: settings.rate_reset_client.get(),
            },
            session: SessionSettings {
                access_ttl: access.get(),
                refresh_ttl: refresh.get(),
                policy: settings.session_policy.into(),
            },
            passwords: settings.password_policy.into(),
        })
    }
}

/// What `loggia serve` does without a single setting.
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
