//! Settings from flags, environment and `.env`, and the values that derive from them.

mod duration;
mod environment;
mod error;
mod list;
mod moment;
mod options;
mod paths;
mod rate;
mod report;
mod secret;
mod secret_key;
mod settings;
mod values;

pub use duration::Period;
pub use environment::{EnvFile, refuse_unknown};
pub use error::{Error, Result};
pub use list::{List, Origin};
pub use moment::Moment;
pub use options::Options;
pub use rate::RateRule;
pub use report::{Row, Source};
pub use secret::{Secret, SecretUrl};
pub use settings::{
    AdminSettings, AuthSettings, MailSettings, RateSettings, Settings, SocialSettings,
    TelemetrySettings,
};
pub use values::{LogFormat, PasswordRules, SessionRules, Switch};

#[cfg(test)]
pub(crate) mod tests;
