//! The codenames that this server itself checks.

/// Permission to view, create, change and delete accounts.
pub const MANAGE_USERS: &str = "manage_users";
/// Permission to view accounts.
pub const VIEW_USERS: &str = "view_users";
/// Permission to view, create, change and delete roles.
pub const MANAGE_ROLES: &str = "manage_roles";
/// Permission to view roles.
pub const VIEW_ROLES: &str = "view_roles";
/// Permission to view, create, change and delete permissions.
pub const MANAGE_PERMISSIONS: &str = "manage_permissions";
/// Permission to assign and remove roles, and to view assignments.
pub const MANAGE_USER_ROLES: &str = "manage_user_roles";

/// All codenames that this server checks.
pub const ALL: [&str; 6] =
    [MANAGE_USERS, VIEW_USERS, MANAGE_ROLES, VIEW_ROLES, MANAGE_PERMISSIONS, MANAGE_USER_ROLES];
