#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

pub mod passwords;

mod accounts;
mod error;
mod guesses;
mod one_time;
mod orgs;
mod outbox;
mod schema;
mod secret;
mod security;
mod sessions;

/// How many rows a purge deletes in one transaction: so that none holds the write lock for long, or runs into a deadline.
const PURGE_LIMIT: i64 = 1000;

pub use accounts::{
    Account, AccountPatch, Accounts, HashedPassword, Held, NewAccount, NewPerson, NewUsername,
    People, PersonField, PersonPatch, StoredAccounts, Wanted,
};
pub use error::{Error, Field, LinkFault, OrgFault, Result, TokenFault};
pub use guesses::Guesses;
pub use one_time::{Issued, OneTimeTokens, Purpose, Reset, StoredOneTimeTokens};
pub use orgs::{
    Membership, OrgKind, OrgMember, OrgRole, Organization, Organizations, StoredOrganizations, Whom,
};
pub use outbox::{Letter, Matter, Outbox};
pub use passwords::{Passwords, StoredPasswords};
pub use secret::{SecretKey, SecretKeys, TooShort};
pub use sessions::{
    Caller, LogIn, Login, Member, SessionPolicy, SessionSettings, Sessions, StoredSessions,
    Subject, TokenPair,
};
