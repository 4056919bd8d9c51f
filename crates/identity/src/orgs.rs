//! Organisations: what a tenant's rows belong to, and who is in which.

mod members;
mod model;
mod names;
pub(crate) mod personal;
pub(crate) mod removal;
mod service;
pub(crate) mod store;

pub use self::model::{MemberRef, Membership, OrgKind, OrgMember, OrgRole, Organization};
pub use self::service::{Organizations, StoredOrganizations};
