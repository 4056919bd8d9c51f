//! Administration of accounts.

mod model;
mod service;
mod store;

pub use self::model::{
    AccountField, HashedPassword, LockedAccounts, ManagedAccountPatch, NewManagedAccount,
};
pub use self::service::AccountAdministration;
