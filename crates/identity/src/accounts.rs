//! Accounts.

mod admin;
mod insertion;
mod model;
mod names;
pub(crate) mod service;
pub(crate) mod store;
mod suffix;
#[cfg(test)]
mod tests;

pub use self::admin::{
    AccountAdministration, AccountField, HashedPassword, LockedAccounts, ManagedAccountPatch,
    NewManagedAccount,
};
pub use self::model::{Account, AccountPatch, NewAccount, NewUsername, UniqueValues};
pub use self::service::{Accounts, StoredAccounts};
pub(crate) use self::suffix::Suffix;
