//! Why operations on roles and permissions are refused. Facts, not prose: surfaces choose words and status codes.

use loggia_db as db;
use loggia_kernel::AccountId;

use crate::{PermissionId, RoleId};

/// What this crate's services return.
pub type Result<T> = std::result::Result<T, Error>;

/// Why an operation was refused.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such permission, role or assignment, or it was deleted.
    #[error("no such thing")]
    NotFound,

    /// Another one already has this value. Decided by the database, so it also holds when two requests race.
    #[error("{field:?} is already taken")]
    Taken {
        /// Which value.
        field: Field,
    },

    /// A role was to carry this permission, which does not exist.
    #[error("there is no permission {0:?}")]
    UnknownPermission(PermissionId),

    /// This role was to be given, and does not exist.
    #[error("there is no role {0:?}")]
    UnknownRole(RoleId),

    /// This account was to be given a role, and does not exist.
    #[error("there is no account {0:?}")]
    UnknownAccount(AccountId),

    /// The account has the role already.
    #[error("the account has this role already")]
    AlreadyAssigned,

    /// It is the program's own: nobody changes or deletes it.
    #[error("this is the program's own")]
    Protected,

    /// More would be handed out, or taken away, than who asks holds himself.
    #[error("more than the actor holds himself")]
    PrivilegeEscalation,

    /// The database did not do as asked.
    #[error("rbac store failed")]
    Store(#[from] db::Error),
}

/// A value that at most one of its kind has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The name of a role.
    RoleName,
    /// The codename of a permission.
    Codename,
}
