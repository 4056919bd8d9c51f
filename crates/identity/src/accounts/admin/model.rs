//! What administrators say of an account.

use std::fmt;

use loggia_kernel::Email;

use crate::{Account, AccountPatch, NewAccount, NewUsername};

/// A password that is hashed already, so that it can be set inside of a transaction. `Debug` shows nothing of it.
#[derive(Clone)]
pub struct HashedPassword(pub(super) String);

impl fmt::Debug for HashedPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HashedPassword(..)")
    }
}

/// An account that somebody else makes.
#[derive(Clone, Debug)]
pub struct NewManagedAccount {
    /// The user name.
    pub username: NewUsername,
    /// The address.
    pub email: Email,
    /// What it logs in with.
    pub password: HashedPassword,
    /// May be empty, like all text below.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// As it was given.
    pub phone_number: String,
    /// As [`NewAccount::role`].
    pub role: String,
    /// Whether it may log in.
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

/// What an administrator changes of an account; what is not named stays.
#[derive(Clone, Debug, Default)]
pub struct ManagedAccountPatch {
    /// What the account could change by itself.
    pub account: AccountPatch,
    /// A new password.
    pub password: Option<HashedPassword>,
    /// As [`NewAccount::role`].
    pub role: Option<String>,
    /// Whether it may log in.
    pub is_active: Option<bool>,
}

/// Who acts and on whom, as both are at this moment; neither changes before the transaction ends.
#[derive(Clone, Debug)]
pub struct LockedAccounts {
    /// Who acts.
    pub actor: Account,
    /// On whom: maybe himself.
    pub target: Account,
}

/// What a list of accounts can be ordered by. Text is ordered by code points, addresses and user names without regard to
/// case; who has no address comes first.
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
    /// [`Account::is_active`]: the inactive ones first.
    IsActive,
}
