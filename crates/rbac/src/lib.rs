#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

pub mod codename;

mod assignments;
mod audit;
mod error;
mod grants;
mod permissions;
mod roles;
mod schema;

pub use assignments::{Assignment, AssignmentField, AssignmentId, Assignments, StoredAssignments};
pub use error::{Error, Field, Result};
pub use grants::Actor;
pub use permissions::{
    NewPermission, Permission, PermissionField, PermissionId, PermissionPatch, Permissions,
    StoredPermissions,
};
pub use roles::{ADMIN_ROLE, NewRole, Role, RoleField, RoleId, RolePatch, Roles, StoredRoles};
pub use schema::MIGRATIONS;
