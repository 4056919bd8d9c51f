//! The code that does jobs of one kind.

use async_trait::async_trait;
use loggia_db as db;

use crate::RetryPolicy;

/// Does the jobs of one kind. Written so that doing one twice does no harm: a process can end after the work and before
/// it is noted.
#[async_trait]
pub trait Handler: Send + Sync {
    /// The kind, as it was given to [`Queue::enqueue`](crate::Queue::enqueue).
    fn kind(&self) -> &'static str;

    /// How often it is tried.
    fn retry_policy(&self) -> RetryPolicy {
        RetryPolicy::default()
    }

    /// Does one job. `attempt` counts from 1. Bound whatever waits for another machine: a job is not interrupted.
    ///
    /// # Errors
    /// [`JobError::Retry`] if another attempt may succeed, [`JobError::Permanent`] if none will. A panic counts as the
    /// former.
    async fn run(&self, payload: serde_json::Value, attempt: u32) -> Result<(), JobError>;
}

/// Why a job was not done. The texts of the error and its sources are kept with the job and logged: no secrets, no whole
/// addresses.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// Another attempt may succeed.
    #[error(transparent)]
    Retry(Box<dyn std::error::Error + Send + Sync>),

    /// No attempt will succeed: the job is given up at once.
    #[error(transparent)]
    Permanent(Box<dyn std::error::Error + Send + Sync>),
}

impl JobError {
    /// Another attempt may succeed.
    pub fn retry(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Retry(cause.into())
    }

    /// No attempt will succeed.
    pub fn permanent(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Permanent(cause.into())
    }

    /// The error and its sources on one line.
    pub(crate) fn chain(&self) -> String {
        let (Self::Retry(cause) | Self::Permanent(cause)) = self;
        let mut text = cause.to_string();
        let mut next = cause.source();
        while let Some(source) = next {
            text = format!("{text}: {source}");
            next = source.source();
        }
        text
    }
}

/// A database that fails today may work tomorrow.
impl From<db::Error> for JobError {
    fn from(error: db::Error) -> Self {
        Self::Retry(error.into())
    }
}
