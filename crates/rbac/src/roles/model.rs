//! What a role is, and what makes or changes one.

use std::collections::BTreeSet;

use diesel::prelude::{AsChangeset, Insertable, Queryable, Selectable};
use diesel_derive_newtype::DieselNewType;

use crate::{Permission, PermissionId, schema::roles};

/// The name of the built-in role that holds all of [`codename::ALL`](crate::codename::ALL).
pub const ADMIN_ROLE: &str = "Admin";

/// A role's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, DieselNewType)]
pub struct RoleId(i64);

impl RoleId {
    /// Takes a number for a role's; whether there is one, only the database knows.
    pub fn new(id: i64) -> Self {
        Self(id)
    }

    /// The number.
    pub fn get(self) -> i64 {
        self.0
    }
}

/// A set of permissions under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its number.
    pub id: RoleId,
    /// Unique letter for letter: `Admin` and `admin` are two roles.
    pub name: String,
    /// May be empty.
    pub description: String,
    /// Whether it is [`ADMIN_ROLE`], which nobody changes or deletes.
    pub is_built_in: bool,
    /// What it carries, in the order of the ids.
    pub permissions: Vec<Permission>,
}

/// What makes a role.
#[derive(Clone, Debug)]
pub struct NewRole {
    /// Unique letter for letter.
    pub name: String,
    /// May be empty.
    pub description: String,
    /// What it carries.
    pub permissions: BTreeSet<PermissionId>,
}

/// What changes of a role; what is not named stays.
#[derive(Clone, Debug, Default)]
pub struct RolePatch {
    /// Unique letter for letter.
    pub name: Option<String>,
    /// May be empty.
    pub description: Option<String>,
    /// All that it carries from now on.
    pub permissions: Option<BTreeSet<PermissionId>>,
}

/// What a list of roles can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleField {
    /// The number.
    Id,
    /// The name, by code points.
    Name,
}

/// A role without what it carries.
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
#[diesel(table_name = roles)]
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
