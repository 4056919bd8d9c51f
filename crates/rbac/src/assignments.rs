//! Assignments: the roles of accounts, which determine their permissions.

mod model;
mod service;
mod store;

pub use self::model::{Assignment, AssignmentField};
pub use self::service::{Assignments, StoredAssignments};
