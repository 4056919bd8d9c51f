//! Organisations: what a tenant's rows belong to, and who is in which.

pub(crate) mod departure;
mod members;
mod model;
mod names;
pub(crate) mod personal;
mod service;
pub(crate) mod store;

pub use self::model::{Membership, OrgKind, OrgMember, OrgRole, Organization, Whom};
pub use self::service::{Organizations, StoredOrganizations};
