//! Roles: named sets of permissions.

mod model;
mod service;
pub(crate) mod store;

pub use self::model::{ADMIN_ROLE, NewRole, Role, RoleField, RolePatch};
pub use self::service::{Roles, StoredRoles};
