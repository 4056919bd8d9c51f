#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

pub mod codename;

mod assignments;
mod audit;
mod error;
mod grants;
mod ids;
mod permissions;
mod roles;
mod schema;

pub use assignments::{Assignment, AssignmentField, Assignments, StoredAssignments};
pub use error::{Error, Field, Result};
pub use grants::Actor;
pub use ids::{AssignmentId, PermissionId, RoleId};
pub use permissions::{
    NewPermission, Permission, PermissionField, PermissionPatch, Permissions, StoredPermissions,
};
pub use roles::{ADMIN_ROLE, NewRole, Role, RoleField, RolePatch, Roles, StoredRoles};
pub use schema::MIGRATIONS;
