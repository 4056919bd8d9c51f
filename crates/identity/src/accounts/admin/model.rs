//! Values for the administration of accounts.

use std::fmt;

use loggia_kernel::Email;

use crate::{Account, AccountPatch, NewAccount, NewUsername};

/// A hashed password, ready to be set inside a transaction. `Debug` hides its content.
#[derive(Clone)]
pub struct HashedPassword(pub(super) String);

impl fmt::Debug for HashedPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HashedPassword(..)")
    }
}

/// An account that an administrator creates.
#[derive(Clone, Debug)]
pub struct NewManagedAccount {
    /// The user name.
    pub username: NewUsername,
    /// Email address.
    pub email: Email,
    /// The account's password, hashed.
    pub password: HashedPassword,
    /// May be empty, like all text below.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Free text.
    pub phone_number: String,
    /// As [`NewAccount::role`].
    pub role: String,
    /// Whether the account may log in.
    pub is_active: bool,
}

impl NewManagedAccount {
    /// The account, and the hash of its password.
    pub(super) fn into_parts(self) -> (NewAccount, HashedPassword) {
        let new = NewAccount {
            first_name: self.first_name,
            last_name: self.last_name,
            phone_number: self.phone_number,
            role: self.role,
            is_active: self.is_active,
            ..NewAccount::new(self.username, Some(self.email), None)
        };
        (new, self.password)
    }
}

/// The changes of an administrator to an account. Absent fields stay unchanged.
#[derive(Clone, Debug, Default)]
pub struct ManagedAccountPatch {
    /// Changes that the account's user could also make.
    pub account: AccountPatch,
    /// A new password.
    pub password: Option<HashedPassword>,
    /// As [`NewAccount::role`].
    pub role: Option<String>,
    /// Whether the account may log in.
    pub is_active: Option<bool>,
}

/// The actor and the target of an administrative operation, both locked until the transaction ends.
#[derive(Clone, Debug)]
pub struct LockedAccounts {
    /// The account that performs the operation.
    pub actor: Account,
    /// The account that the operation affects. May be the actor's own.
    pub target: Account,
}

/// A sort key for lists of accounts. Text is ordered by code points, email addresses and user names case-insensitively.
/// Accounts without an email address come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountField {
    /// [`Account::id`]
    Id,
    /// [`Account::email`]
    Email,
    /// [`Account::username`]
    Username,
    /// [`Account::first_name`]
    FirstName,
    /// [`Account::last_name`]
    LastName,
    /// [`Account::role`]
    Role,
    /// [`Account::is_active`]: inactive accounts come first.
    IsActive,
}
