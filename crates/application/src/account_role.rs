//! The role of an account: the name that the account shows, with the role that is assigned for it.

use loggia_db::Work;
use loggia_identity::Account;
use loggia_kernel::list::folded;
use loggia_rbac::{self as rbac, RoleId, Roles};

use crate::{Error, Result};

/// A value of [`Account::role`], with the role that is assigned together with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRole {
    name: String,
    role: Option<RoleId>,
}

impl AccountRole {
    /// Returns [`Account::USER`], with which no role is assigned.
    pub fn user() -> Self {
        Self { name: Account::USER.to_owned(), role: None }
    }

    /// Finds a role by its name, regardless of case; `None` if it does not exist. [`Account::USER`] and
    /// [`Account::ADMIN`] take precedence over roles of these names.
    ///
    /// # Errors
    /// [`Error::Rbac`].
    pub async fn named(work: &mut Work, roles: &dyn Roles, name: &str) -> Result<Option<Self>> {
        if folded(name) == Account::USER {
            return Ok(Some(Self::user()));
        }
        match roles.by_name(work, name).await {
            Ok(role) => Ok(Some(Self {
                name: if role.is_built_in { Account::ADMIN.to_owned() } else { role.name },
                role: Some(role.id),
            })),
            Err(rbac::Error::NotFound) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Returns the name that the account shows.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the role that is assigned; `None` for [`Account::USER`].
    pub fn role(&self) -> Option<RoleId> {
        self.role
    }

    /// Looks the role up again in the transaction of the change, because it may have been renamed or deleted.
    ///
    /// # Errors
    /// [`Error::UnknownRole`] if the name no longer stands for the same role.
    pub(crate) async fn recheck(&self, work: &mut Work, roles: &dyn Roles) -> Result<()> {
        match Self::named(work, roles, &self.name).await? {
            Some(now) if now == *self => Ok(()),
            _ => Err(Error::UnknownRole(self.name.clone())),
        }
    }
}
