//! Permissions: named rights that roles grant.

mod model;
mod service;
pub(crate) mod store;

pub use self::model::{NewPermission, Permission, PermissionField, PermissionPatch};
pub use self::service::{Permissions, StoredPermissions};
