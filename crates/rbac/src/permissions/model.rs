//! A permission, and the values that create or change one.

use diesel::prelude::{AsChangeset, Insertable, Queryable, Selectable};

use crate::{PermissionId, schema::permissions};

/// A named right that roles grant.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = permissions)]
pub struct Permission {
    /// Unique id.
    pub id: PermissionId,
    /// Display name.
    pub name: String,
    /// Identifier for programs. Unique and case-sensitive.
    pub codename: String,
    /// May be empty.
    pub description: String,
    /// True for the codenames in [`codename::ALL`](crate::codename::ALL), which cannot be changed or deleted.
    pub is_system: bool,
}

/// The values of a new permission.
#[derive(Clone, Debug)]
pub struct NewPermission {
    /// Display name.
    pub name: String,
    /// Identifier for programs.
    pub codename: String,
    /// May be empty.
    pub description: String,
}

/// A partial update of a permission. `None` leaves a field unchanged.
#[derive(Clone, Debug, Default)]
pub struct PermissionPatch {
    /// Display name.
    pub name: Option<String>,
    /// Identifier for programs.
    pub codename: Option<String>,
    /// May be empty.
    pub description: Option<String>,
}

/// The fields by which a list of permissions can be sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PermissionField {
    /// The id.
    Id,
    /// The name, by code points.
    Name,
    /// The codename, by code points.
    Codename,
}

#[derive(Insertable)]
#[diesel(table_name = permissions, treat_none_as_default_value = false)]
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
