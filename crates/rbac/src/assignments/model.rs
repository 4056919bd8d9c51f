//! What an assignment is.

use diesel::prelude::{Insertable, Queryable, Selectable};
use diesel_derive_newtype::DieselNewType;
use loggia_kernel::{AccountId, Timestamp};

use crate::{RoleId, schema::account_roles};

/// An assignment's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, DieselNewType)]
pub struct AssignmentId(i64);

impl AssignmentId {
    /// Takes a number for an assignment's; whether there is one, only the database knows.
    pub fn new(id: i64) -> Self {
        Self(id)
    }

    /// The number.
    pub fn get(self) -> i64 {
        self.0
    }
}

/// That an account has a role.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = account_roles)]
pub struct Assignment {
    /// Its number.
    pub id: AssignmentId,
    /// Who has it.
    pub account_id: AccountId,
    /// What he has.
    pub role_id: RoleId,
    /// Since when.
    pub created_at: Timestamp,
}

/// What a list of assignments can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssignmentField {
    /// The number.
    Id,
    /// The account's number.
    Account,
    /// The role's number.
    Role,
    /// Since when it is.
    CreatedAt,
}

#[derive(Insertable)]
#[diesel(table_name = account_roles)]
pub(crate) struct NewRow {
    pub(crate) account_id: AccountId,
    pub(crate) role_id: RoleId,
    pub(crate) created_at: Timestamp,
}
