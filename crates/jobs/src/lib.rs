#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod error;
mod handler;
mod model;
mod queue;
mod retry_policy;
mod schema;
mod store;
mod worker;

pub use error::{Error, Result};
pub use handler::{Handler, JobError};
pub use model::{ClaimedJob, DeadJob, JobId};
pub use queue::{FailureOutcome, Queue};
pub use retry_policy::RetryPolicy;
pub use schema::MIGRATIONS;
pub use worker::Worker;
