//! The permissions that guard this surface's operations.

use loggia_http::auth::Permission;
use loggia_rbac::codename;

/// Declares types for permissions, because a codename cannot be a type parameter.
macro_rules! permissions {
    ($($name:ident = $codename:ident;)*) => {
        $(#[doc = concat!("[`codename::", stringify!($codename), "`].")]
        pub(super) enum $name {}

        impl Permission for $name {
            const CODENAME: &'static str = codename::$codename;
        })*
    };
}

permissions! {
    ManageUsers = MANAGE_USERS;
    ViewUsers = VIEW_USERS;
    ManageRoles = MANAGE_ROLES;
    ViewRoles = VIEW_ROLES;
    ManagePermissions = MANAGE_PERMISSIONS;
    ManageUserRoles = MANAGE_USER_ROLES;
}
