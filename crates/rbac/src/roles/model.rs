//! A role, and the values that create or change one.

use std::collections::BTreeSet;

use diesel::prelude::{AsChangeset, Insertable, Queryable, Selectable};

use crate::{Permission, PermissionId, RoleId, schema::roles};

/// The name of the built-in role, which grants all of [`codename::ALL`](crate::codename::ALL).
pub const ADMIN_ROLE: &str = "Admin";

/// A named set of permissions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Unique id.
    pub id: RoleId,
    /// Unique and case-sensitive: `Admin` and `admin` are two roles.
    pub name: String,
    /// May be empty.
    pub description: String,
    /// True for [`ADMIN_ROLE`], which cannot be changed or deleted.
    pub is_built_in: bool,
    /// The permissions that the role grants, sorted by id.
    pub permissions: Vec<Permission>,
}

/// The values of a new role.
#[derive(Clone, Debug)]
pub struct NewRole {
    /// Unique and case-sensitive.
    pub name: String,
    /// May be empty.
    pub description: String,
    /// The permissions that the role grants.
    pub permissions: BTreeSet<PermissionId>,
}

/// A partial update of a role. `None` leaves a field unchanged.
#[derive(Clone, Debug, Default)]
pub struct RolePatch {
    /// Unique and case-sensitive.
    pub name: Option<String>,
    /// May be empty.
    pub description: Option<String>,
    /// Replaces all permissions of the role.
    pub permissions: Option<BTreeSet<PermissionId>>,
}

/// The fields by which a list of roles can be sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleField {
    /// The id.
    Id,
    /// The name, by code points.
    Name,
}

/// A role without its permissions.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = roles)]
pub(crate) struct RoleRow {
    pub(crate) id: RoleId,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) is_built_in: bool,
}

impl RoleRow {
    pub(crate) fn with(self, permissions: Vec<Permission>) -> Role {
        Role {
            id: self.id,
            name: self.name,
            description: self.description,
            is_built_in: self.is_built_in,
            permissions,
        }
    }
}

#[derive(Insertable)]
#[diesel(table_name = roles, treat_none_as_default_value = false)]
pub(crate) struct NewRow<'a> {
    pub(crate) name: &'a str,
    pub(crate) name_folded: String,
    pub(crate) description: &'a str,
}

#[derive(AsChangeset)]
#[diesel(table_name = roles)]
pub(crate) struct ChangedRow {
    pub(crate) name: String,
    pub(crate) name_folded: String,
    pub(crate) description: String,
}
