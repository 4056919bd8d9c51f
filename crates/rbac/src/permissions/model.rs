//! What a permission is, and what makes or changes one.

use diesel::prelude::{AsChangeset, Insertable, Queryable, Selectable};
use diesel_derive_newtype::DieselNewType;

use crate::schema::permissions;

/// A permission's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, DieselNewType)]
pub struct PermissionId(i64);

impl PermissionId {
    /// Takes a number for a permission's; whether there is one, only the database knows.
    pub fn new(id: i64) -> Self {
        Self(id)
    }

    /// The number.
    pub fn get(self) -> i64 {
        self.0
    }
}

/// Something that may be allowed.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = permissions)]
pub struct Permission {
    /// Its number.
    pub id: PermissionId,
    /// For people.
    pub name: String,
    /// For programs: unique letter for letter.
    pub codename: String,
    /// May be empty.
    pub description: String,
    /// Whether it is one of [`codename::ALL`](crate::codename::ALL), which nobody changes or deletes.
    pub is_system: bool,
}

/// What makes a permission.
#[derive(Clone, Debug)]
pub struct NewPermission {
    /// For people.
    pub name: String,
    /// For programs.
    pub codename: String,
    /// May be empty.
    pub description: String,
}

/// What changes of a permission; what is not named stays.
#[derive(Clone, Debug, Default)]
pub struct PermissionPatch {
    /// For people.
    pub name: Option<String>,
    /// For programs.
    pub codename: Option<String>,
    /// May be empty.
    pub description: Option<String>,
}

/// What a list of permissions can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PermissionField {
    /// The number.
    Id,
    /// The name, by code points.
    Name,
    /// The codename, by code points.
    Codename,
}

#[derive(Insertable)]
#[diesel(table_name = permissions)]
pub(crate) struct NewRow<'a> {
    pub(crate) name: &'a str,
    pub(crate) name_folded: String,
    pub(crate) codename: &'a str,
    pub(crate) codename_folded: String,
    pub(crate) description: &'a str,
}

#[derive(AsChangeset)]
#[diesel(table_name = permissions)]
pub(crate) struct ChangedRow {
    pub(crate) name: String,
    pub(crate) name_folded: String,
    pub(crate) codename: String,
    pub(crate) codename_folded: String,
    pub(crate) description: String,
}
