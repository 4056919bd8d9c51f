//! Requirements that callers of administrative operations must meet.

use loggia_db::Work;
use loggia_identity::Account;
use loggia_rbac::{Actor, Assignments};

use crate::{Error, Result};

/// A condition that permits an administrative operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requirement {
    /// The account has the permission with this codename. A superuser has every permission.
    Permission(&'static str),
    /// The account is an administrator, see [`is_admin`].
    Admin,
    /// The account is a staff account or a superuser.
    Staff,
}

impl Requirement {
    /// Checks that `account` meets the requirement. Runs one query for a permission, otherwise none.
    ///
    /// # Errors
    /// [`Error::Forbidden`] if it does not. The refusal is logged.
    pub async fn check(
        self,
        work: &mut Work,
        assignments: &dyn Assignments,
        account: &Account,
    ) -> Result<()> {
        match self {
            Self::Permission(codename) => {
                require_any_permission(work, assignments, account, &[codename]).await
            }
            Self::Admin => require_admin(account),
            Self::Staff => require(account, account.is_staff || account.is_superuser, "staff"),
        }
    }
}

/// Checks that an account has at least one of these codenames. Runs one query, or none for a superuser, who has every
/// permission.
///
/// # Errors
/// [`Error::Forbidden`] if it has none. The refusal is logged.
pub async fn require_any_permission(
    work: &mut Work,
    assignments: &dyn Assignments,
    account: &Account,
    codenames: &[&str],
) -> Result<()> {
    let is_met =
        account.is_superuser || assignments.has_any_permission(work, account.id, codenames).await?;
    require(account, is_met, &codenames.join(" "))
}

/// Checks that an account is an administrator. Runs no query.
///
/// # Errors
/// [`Error::Forbidden`] if it is not. The refusal is logged.
pub fn require_admin(account: &Account) -> Result<()> {
    require(account, is_admin(account), "admin")
}

/// Returns whether an account is an administrator: it has the role [`Account::ADMIN`], is a staff account, or is a
/// superuser.
pub fn is_admin(account: &Account) -> bool {
    account.role == Account::ADMIN || account.is_staff || account.is_superuser
}

/// Returns the actor whose permissions limit what can be granted and revoked.
pub fn actor(account: &Account) -> Actor {
    Actor { account: account.id, is_superuser: account.is_superuser }
}

fn require(account: &Account, is_met: bool, needed: &str) -> Result<()> {
    if is_met {
        return Ok(());
    }
    let account = account.id.get();
    tracing::warn!(target: "loggia::security", account, needed, "access refused");
    Err(Error::Forbidden)
}
