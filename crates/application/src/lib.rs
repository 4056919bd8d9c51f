#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod account_role;
mod assign_role;
mod authority;
mod error;
mod manage_accounts;
mod manage_content;
mod manage_permissions;
mod manage_roles;
mod requirement;
mod tag_objects;

pub use account_role::AccountRole;
pub use assign_role::RoleAssignment;
pub use authority::{Authority, Authorization};
pub use error::{Error, Result};
pub use manage_accounts::{AccountChange, AccountCreation, AccountManagement};
pub use manage_content::ContentManagement;
pub use manage_permissions::PermissionManagement;
pub use manage_roles::RoleManagement;
pub use requirement::{Requirement, actor, is_admin, require_admin, require_any_permission};
pub use tag_objects::TaggableObjects;
