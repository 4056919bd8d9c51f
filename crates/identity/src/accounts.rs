//! Accounts.

mod admin;
pub(crate) mod changes;
pub(super) mod insertion;
mod lifecycle;
mod model;
pub(crate) mod names;
mod service;
pub(crate) mod store;

pub use self::admin::{
    AccountAdministration, AccountField, HashedPassword, LockedAccounts, ManagedAccountPatch,
    NewManagedAccount,
};
pub use self::model::{Account, AccountPatch, NewAccount, NewUsername, UniqueValues};
pub use self::service::{Accounts, StoredAccounts};
