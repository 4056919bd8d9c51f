//! Organizations, the tenants of the service, and their members.

mod groups;
mod members;
pub(crate) mod personal;
pub(crate) mod removal;
mod service;

pub use self::service::{Organizations, StoredOrganizations};
