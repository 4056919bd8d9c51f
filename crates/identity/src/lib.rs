#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

pub mod passwords;

mod accounts;
mod attempts;
mod audit;
mod error;
mod one_time;
mod orgs;
mod outbox;
mod schema;
mod secret;
mod sessions;

/// Rows that a purge deletes in one transaction. The limit keeps the write lock short and the statement within its
/// deadline.
const PURGE_LIMIT: i64 = 1000;

pub use accounts::{
    Account, AccountAdministration, AccountField, AccountPatch, Accounts, HashedPassword,
    LockedAccounts, ManagedAccountPatch, NewAccount, NewManagedAccount, NewUsername,
    StoredAccounts, UniqueValues,
};
pub use attempts::LoginAttempts;
pub use error::{Error, Field, LinkError, OrgError, Result, TokenError};
pub use one_time::{IssuedToken, OneTimeTokens, PasswordReset, Purpose, StoredOneTimeTokens};
pub use orgs::{
    MemberRef, Membership, OrgKind, OrgMember, OrgRole, Organization, Organizations,
    StoredOrganizations,
};
pub use outbox::{EmailKind, EmailOutbox, EmailRequest};
pub use passwords::{Passwords, StoredPasswords};
pub use schema::MIGRATIONS;
pub use secret::{SecretKey, SecretKeys, TooShort};
pub use sessions::{
    Caller, LoginName, LoginRequest, Member, SessionPolicy, SessionSettings, Sessions,
    StoredSessions, Subject, TokenPair,
};
