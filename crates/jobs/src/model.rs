//! What a job is.

use std::fmt;

use diesel::{Insertable, NullableExpressionMethods, Queryable, Selectable};
use diesel_derive_newtype::DieselNewType;
use loggia_kernel::Timestamp;

use crate::schema::jobs;

/// A job's number. A later job has a higher one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, DieselNewType)]
pub struct JobId(i64);

impl JobId {
    /// Takes a number for a job's; whether there is one, only the database knows.
    pub fn new(id: i64) -> Self {
        Self(id)
    }

    /// The number.
    pub fn get(self) -> i64 {
        self.0
    }
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A job that somebody has leased, and the right to end it.
#[derive(Clone)]
pub struct ClaimedJob {
    /// Which job.
    pub id: JobId,
    /// What is to be done.
    pub kind: String,
    /// What there is to know for doing it.
    pub payload: serde_json::Value,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// The lease's own word.
    pub(crate) token: String,
}

/// Does not show the payload, which may hold addresses.
impl fmt::Debug for ClaimedJob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClaimedJob")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("attempt", &self.attempt)
            .finish_non_exhaustive()
    }
}

/// A job that was given up. Its payload, which may hold addresses, is not shown.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = jobs)]
pub struct DeadJob {
    /// Which job.
    pub id: JobId,
    /// What was to be done.
    pub kind: String,
    /// How often it was tried.
    pub attempts: i32,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it was given up.
    #[diesel(select_expression = jobs::died_at.assume_not_null())]
    pub died_at: Timestamp,
}

/// A job as it is entered.
#[derive(Insertable)]
#[diesel(table_name = jobs)]
pub(crate) struct NewJob<'a> {
    pub(crate) kind: &'a str,
    pub(crate) payload: serde_json::Value,
    pub(crate) run_at: Timestamp,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

/// What a claim reads.
#[derive(Queryable, Selectable)]
#[diesel(table_name = jobs)]
pub(crate) struct LeasedRow {
    pub(crate) id: JobId,
    pub(crate) kind: String,
    pub(crate) payload: serde_json::Value,
    pub(crate) attempts: i32,
}
