//! What is wrong with a setting.

/// What reading the settings returns.
pub type Result<T> = std::result::Result<T, Error>;

/// A setting that stops the start. Its value is not shown: it may be a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{setting}: {problem}")]
pub struct Error {
    /// Which one, as its environment variable is called.
    pub setting: String,
    /// What is wrong, and what would be right.
    pub problem: String,
}

impl Error {
    /// Blames this setting.
    pub fn new(setting: impl Into<String>, problem: impl Into<String>) -> Self {
        Self {
            setting: setting.into(),
            problem: problem.into(),
        }
    }
}
