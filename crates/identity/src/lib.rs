#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

pub mod passwords;

mod accounts;
mod attempts;
mod audit;
mod error;
mod model;
mod names;
mod one_time;
mod orgs;
mod outbox;
mod password_changes;
mod schema;
mod secret;
mod sessions;
mod signer;
mod store;

/// Rows that a purge deletes in one transaction. The limit keeps the write lock short and the statement within its
/// deadline.
const PURGE_LIMIT: i64 = 1000;

pub use accounts::{
    AccountAdministration, AccountField, Accounts, HashedPassword, LockedAccounts,
    ManagedAccountPatch, NewManagedAccount, StoredAccounts,
};
pub use attempts::LoginAttempts;
pub use error::{Error, Field, LinkError, OrgError, Result, TokenError};
pub use model::account::{Account, AccountPatch, NewAccount, NewUsername, UniqueValues};
pub use model::one_time::{IssuedToken, PasswordReset, Purpose};
pub use model::organization::{MemberRef, Membership, OrgKind, OrgMember, OrgRole, Organization};
pub use model::session::{
    Caller, LoginName, LoginRequest, Member, SessionPolicy, SessionSettings, Subject, TokenPair,
};
pub use one_time::{OneTimeTokens, StoredOneTimeTokens};
pub use orgs::{Organizations, StoredOrganizations};
pub use outbox::{EmailKind, EmailOutbox, EmailRequest};
pub use password_changes::{Passwords, StoredPasswords};
pub use schema::MIGRATIONS;
pub use secret::{SecretKey, SecretKeys, TooShort};
pub use sessions::{Sessions, StoredSessions};
