//! The code that runs jobs of one kind.

use async_trait::async_trait;
use loggia_db as db;

use crate::RetryPolicy;

/// A handler for the jobs of one kind. Must be idempotent, because a process can end after the work and before its
/// outcome is recorded.
#[async_trait]
pub trait Handler: Send + Sync {
    /// Returns the kind, as passed to [`Queue::enqueue`](crate::Queue::enqueue).
    fn kind(&self) -> &'static str;

    /// Returns the retry policy.
    fn retry_policy(&self) -> RetryPolicy {
        RetryPolicy::default()
    }

    /// Runs one job. `attempt` counts from 1. Set a timeout on remote calls, because the worker never interrupts a job.
    ///
    /// # Errors
    /// [`JobError::Retry`] if another attempt may succeed, [`JobError::Permanent`] if none will. A panic counts as
    /// [`JobError::Retry`].
    async fn run(&self, payload: serde_json::Value, attempt: u32) -> Result<(), JobError>;
}

/// The reason why a job failed. The texts of the error and its sources are stored with the job and logged: never
/// include secrets or complete email addresses.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// Another attempt may succeed.
    #[error(transparent)]
    Retry(Box<dyn std::error::Error + Send + Sync>),

    /// No attempt will succeed. The job is dead-lettered at once.
    #[error(transparent)]
    Permanent(Box<dyn std::error::Error + Send + Sync>),
}

impl JobError {
    /// Creates an error after which another attempt may succeed.
    pub fn retry(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Retry(cause.into())
    }

    /// Creates an error after which no attempt will succeed.
    pub fn permanent(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Permanent(cause.into())
    }

    /// Returns the error and its sources on one line.
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

/// Database errors may be transient, so they allow a retry.
impl From<db::Error> for JobError {
    fn from(error: db::Error) -> Self {
        Self::Retry(error.into())
    }
}
