//! Accounts.

mod admin;
pub(crate) mod changes;
pub(super) mod insertion;
mod lifecycle;
mod service;

pub use self::admin::{
    AccountAdministration, AccountField, HashedPassword, LockedAccounts, ManagedAccountPatch,
    NewManagedAccount,
};
pub use self::service::{Accounts, StoredAccounts};
