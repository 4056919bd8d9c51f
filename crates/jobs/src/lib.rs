#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod error;
mod handler;
mod model;
mod plan;
mod queue;
mod schema;
mod store;
mod worker;

pub use error::{Error, Result};
pub use handler::{Handler, JobError};
pub use model::{Claimed, DeadJob, JobId};
pub use plan::Plan;
pub use queue::{Queue, Setback};
pub use worker::Worker;
