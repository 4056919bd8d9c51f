//! The ids of permissions, roles and assignments.

use diesel_derive_newtype::DieselNewType;

/// The id of a permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, DieselNewType)]
pub struct PermissionId(i64);

impl PermissionId {
    /// Wraps an id. Does not check that the permission exists.
    pub fn new(id: i64) -> Self {
        Self(id)
    }

    /// Returns the numeric id.
    pub fn get(self) -> i64 {
        self.0
    }
}

/// The id of a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, DieselNewType)]
pub struct RoleId(i64);

impl RoleId {
    /// Wraps an id. Does not check that the role exists.
    pub fn new(id: i64) -> Self {
        Self(id)
    }

    /// Returns the numeric id.
    pub fn get(self) -> i64 {
        self.0
    }
}

/// The id of an assignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, DieselNewType)]
pub struct AssignmentId(i64);

impl AssignmentId {
    /// Wraps an id. Does not check that the assignment exists.
    pub fn new(id: i64) -> Self {
        Self(id)
    }

    /// Returns the numeric id.
    pub fn get(self) -> i64 {
        self.0
    }
}
