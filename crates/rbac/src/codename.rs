//! The codenames that this server itself asks for.

/// Creating, changing and deleting accounts, and seeing them.
pub const MANAGE_USERS: &str = "manage_users";
/// Seeing accounts.
pub const VIEW_USERS: &str = "view_users";
/// Creating, changing and deleting roles, and seeing them.
pub const MANAGE_ROLES: &str = "manage_roles";
/// Seeing roles.
pub const VIEW_ROLES: &str = "view_roles";
/// Creating, changing and deleting permissions, and seeing them.
pub const MANAGE_PERMISSIONS: &str = "manage_permissions";
/// Giving roles to accounts and taking them, and seeing who has which.
pub const MANAGE_USER_ROLES: &str = "manage_user_roles";

/// All of them.
pub const ALL: [&str; 6] = [
    MANAGE_USERS,
    VIEW_USERS,
    MANAGE_ROLES,
    VIEW_ROLES,
    MANAGE_PERMISSIONS,
    MANAGE_USER_ROLES,
];
