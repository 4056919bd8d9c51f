//! The assignment of a role to an account, and its sort fields.

use diesel::prelude::{Insertable, Queryable, Selectable};
use loggia_kernel::{AccountId, Timestamp};

use crate::{AssignmentId, RoleId, schema::account_roles};

/// The assignment of a role to an account.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = account_roles)]
pub struct Assignment {
    /// Unique id.
    pub id: AssignmentId,
    /// The account that has the role.
    pub account_id: AccountId,
    /// The assigned role.
    pub role_id: RoleId,
    /// Creation time.
    pub created_at: Timestamp,
}

/// The fields by which a list of assignments can be sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssignmentField {
    /// The assignment's id.
    Id,
    /// The account's id.
    Account,
    /// The role's id.
    Role,
    /// The creation time.
    CreatedAt,
}

#[derive(Insertable)]
#[diesel(table_name = account_roles, treat_none_as_default_value = false)]
pub(crate) struct NewRow {
    pub(crate) account_id: AccountId,
    pub(crate) role_id: RoleId,
    pub(crate) created_at: Timestamp,
}
