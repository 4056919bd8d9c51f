//! Organizations, the tenants of the service, and their members.

mod groups;
mod members;
mod model;
mod names;
pub(crate) mod personal;
pub(crate) mod removal;
mod service;
pub(crate) mod store;

pub use self::model::{MemberRef, Membership, OrgKind, OrgMember, OrgRole, Organization};
pub use self::service::{Organizations, StoredOrganizations};
