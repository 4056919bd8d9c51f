//! Jobs as they are stored, claimed and dead-lettered.

use std::fmt;

use diesel::{Insertable, NullableExpressionMethods, Queryable, Selectable};
use diesel_derive_newtype::DieselNewType;
use loggia_kernel::Timestamp;

use crate::schema::jobs;

/// The id of a job. Later jobs have higher ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, DieselNewType)]
pub struct JobId(i64);

impl JobId {
    /// Wraps an id. Does not check that the job exists.
    pub fn new(id: i64) -> Self {
        Self(id)
    }

    /// Returns the numeric id.
    pub fn get(self) -> i64 {
        self.0
    }
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A job leased by a worker. It is the proof needed to finish the job.
#[derive(Clone)]
pub struct ClaimedJob {
    /// The job's id.
    pub id: JobId,
    /// The kind.
    pub kind: String,
    /// The input of the handler.
    pub payload: serde_json::Value,
    /// The number of this attempt, from 1.
    pub attempt: u32,
    /// The token that identifies the lease.
    pub(crate) token: String,
}

/// Omits the payload, which may contain email addresses.
impl fmt::Debug for ClaimedJob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClaimedJob")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("attempt", &self.attempt)
            .finish_non_exhaustive()
    }
}

/// A dead-lettered job, without its payload, which may contain email addresses.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = jobs)]
pub struct DeadJob {
    /// The job's id.
    pub id: JobId,
    /// The kind.
    pub kind: String,
    /// The number of attempts.
    pub attempts: i32,
    /// The error of the last attempt.
    pub last_error: Option<String>,
    /// Time at which the job was enqueued.
    pub created_at: Timestamp,
    /// Time at which the job was dead-lettered.
    #[diesel(select_expression = jobs::died_at.assume_not_null())]
    pub died_at: Timestamp,
}

/// A row to insert.
#[derive(Insertable)]
#[diesel(table_name = jobs, treat_none_as_default_value = false)]
pub(crate) struct NewJob<'a> {
    pub(crate) kind: &'a str,
    pub(crate) payload: serde_json::Value,
    pub(crate) run_at: Timestamp,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

/// The columns that a claim reads.
#[derive(Queryable, Selectable)]
#[diesel(table_name = jobs)]
pub(crate) struct LeasedRow {
    pub(crate) id: JobId,
    pub(crate) kind: String,
    pub(crate) payload: serde_json::Value,
    pub(crate) attempts: i32,
}
