//! Assignments: which account has which role, and so holds which permissions.

mod model;
mod service;
mod store;

pub use self::model::{Assignment, AssignmentField, AssignmentId};
pub use self::service::{Assignments, StoredAssignments};
