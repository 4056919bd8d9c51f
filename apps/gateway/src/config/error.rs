//! Errors of settings.

/// The result of reading settings.
pub type Result<T> = std::result::Result<T, Error>;

/// An invalid setting, which prevents the start. Its value is not shown, because it may be a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{setting}: {problem}")]
pub struct Error {
    /// The environment variable of the setting.
    pub setting: String,
    /// The problem, and what a valid value looks like.
    pub problem: String,
}

impl Error {
    /// Creates an error about this setting.
    pub fn new(setting: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { setting: setting.into(), problem: problem.into() }
    }
}
