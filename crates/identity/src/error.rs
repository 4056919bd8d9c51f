//! Why identity operations are refused. Facts, not prose: surfaces choose words and status codes.

use std::time::Duration;

use loggia_db as db;

use crate::passwords::{HashError, Weakness};

/// What this crate's services return.
pub type Result<T> = std::result::Result<T, Error>;

/// Why an operation was refused.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such account, or it was deleted.
    #[error("no such account")]
    NotFound,

    /// Another account already holds this value. Decided by the database, so it also holds when two requests race.
    #[error("{field:?} is already taken")]
    Taken {
        /// Which value.
        field: Field,
    },

    /// The password does not satisfy the policy. Never empty.
    #[error("the password is too weak: {0:?}")]
    WeakPassword(Vec<Weakness>),

    /// Unknown account, wrong password, inactive account and account without a password are one variant on purpose:
    /// telling them apart would let a caller find out who has an account.
    #[error("wrong login or password")]
    InvalidCredentials,

    /// The caller, who is known, did not give his own current password.
    #[error("wrong current password")]
    WrongPassword,

    /// A signed or opaque token is refused.
    #[error("the token is refused: {0:?}")]
    InvalidToken(TokenError),

    /// A one-time token is refused.
    #[error("the one-time token is refused: {0:?}")]
    InvalidLink(LinkError),

    /// The account is active already, so there is nothing to activate.
    #[error("the account is already active")]
    AlreadyActive,

    /// The last active superuser can be neither deactivated nor deleted: nobody could undo it.
    #[error("this is the last active superuser")]
    LastSuperuser,

    /// The account cannot go: these organisations, by their names, would be left with members and no active owner.
    /// At most ten are named; never empty.
    #[error("the account is the only owner of organisations with other members")]
    SoleOwner {
        /// What they are called.
        organizations: Vec<String>,
    },

    /// Something about an organisation or its members is refused.
    #[error("refused in the organisation: {0:?}")]
    Organization(OrgError),

    /// Nobody shuts out, demotes or deletes himself where he does so to others: somebody else has to.
    #[error("nobody does this to himself")]
    SelfAction,

    /// Too many passwords were tried on this account from this address.
    #[error("too many attempts")]
    Throttled {
        /// When the next attempt will be looked at.
        retry_after: Duration,
    },

    /// More passwords wait to be hashed than can be served in time.
    #[error("the password hashing queue is full")]
    Busy {
        /// When it is worth another attempt.
        retry_after: Duration,
    },

    /// Hashing or signing failed: a fault of ours.
    #[error("cryptography failed")]
    Crypto(#[source] Box<dyn std::error::Error + Send + Sync>),

    /// The database did not do as asked.
    #[error("identity store failed")]
    Store(#[from] db::Error),
}

impl From<HashError> for Error {
    fn from(error: HashError) -> Self {
        match error {
            HashError::Busy { retry_after } => Self::Busy { retry_after },
            HashError::Failed(source) => Self::Crypto(source),
        }
    }
}

/// A value that at most one account holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The e-mail address, without regard to case.
    Email,
    /// The user name, letter for letter.
    Username,
}

/// What is wrong with a token.
///
/// Source: djangorestframework-simplejwt 5.5.1, `tokens.py` and `authentication.py`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenError {
    /// Garbage, a wrong signature, another algorithm, or a time that has not come.
    Invalid,
    /// `exp` has passed.
    Expired,
    /// `token_type` is another than this place accepts.
    WrongType,
    /// There is no `token_type`.
    NoType,
    /// There is no `jti`.
    NoId,
    /// There is no `exp`.
    NoExpiry,
    /// There is no account in it.
    NoSubject,
    /// Its session was ended.
    Revoked,
    /// Its account does not exist (any more).
    UnknownAccount,
    /// Its account is inactive.
    InactiveAccount,
}

/// Why something about an organisation or its members is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrgError {
    /// There is no such organisation, or the caller is not in it: one on purpose, for what he may not see does not exist.
    Unknown,
    /// The caller is in it, but may not do this there.
    RoleTooSmall,
    /// Who should become a member is one.
    AlreadyMember,
    /// It would be left without an owner whose account is active.
    LastOwner,
    /// The account would be in more organisations than anybody may.
    TooMany,
    /// It is an account's own, which takes no members and goes with its account only.
    Personal,
}

/// What is wrong with a one-time token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkError {
    /// Unknown, used, replaced by a newer one, of another purpose, or somebody else's.
    Invalid,
    /// Its time has passed; it is gone now.
    Expired,
}
