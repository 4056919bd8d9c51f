//! Errors of operations on roles and permissions. Surfaces map them to messages and status codes.

use loggia_db as db;
use loggia_kernel::AccountId;

use crate::{PermissionId, RoleId};

/// The result of this crate's services.
pub type Result<T> = std::result::Result<T, Error>;

/// The reason why an operation failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The permission, role or assignment does not exist.
    #[error("no such permission, role or assignment")]
    NotFound,

    /// The value is already in use. The database decides, so concurrent requests cannot both succeed.
    #[error("{field:?} is already taken")]
    Taken {
        /// The field whose value is in use.
        field: Field,
    },

    /// The permission to be added to a role does not exist.
    #[error("permission {0:?} does not exist")]
    UnknownPermission(PermissionId),

    /// The role to be assigned does not exist.
    #[error("role {0:?} does not exist")]
    UnknownRole(RoleId),

    /// The account to which a role is to be assigned does not exist.
    #[error("account {0:?} does not exist")]
    UnknownAccount(AccountId),

    /// The account already has the role.
    #[error("the account already has this role")]
    AlreadyAssigned,

    /// The object is built in and cannot be changed or deleted.
    #[error("the object is built in")]
    Protected,

    /// The operation would grant or revoke permissions that the actor does not have.
    #[error("the actor lacks a permission that the change involves")]
    PrivilegeEscalation,

    /// A database operation failed.
    #[error("rbac store failed")]
    Store(#[from] db::Error),
}

/// A field with unique values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The name of a role.
    RoleName,
    /// The codename of a permission.
    Codename,
}
