//! The errors of this crate. Surfaces choose texts and status codes.

use std::time::Duration;

use loggia_db as db;

use crate::passwords::{HashError, Weakness};

/// The result of this crate's services.
pub type Result<T> = std::result::Result<T, Error>;

/// The reason why an operation failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The account does not exist.
    #[error("no such account")]
    NotFound,

    /// Another account has this value. Detected by a database constraint, so it is reliable for concurrent requests.
    #[error("{field:?} is already taken")]
    Taken {
        /// The field with the value.
        field: Field,
    },

    /// The password does not satisfy the policy. Never empty.
    #[error("the password is too weak: {0:?}")]
    WeakPassword(Vec<Weakness>),

    /// Login failed. Unknown account, wrong password, inactive account and account without a password share one variant
    /// on purpose: the caller must not learn whether an account exists.
    #[error("wrong login or password")]
    InvalidCredentials,

    /// The authenticated caller gave a wrong current password.
    #[error("wrong current password")]
    WrongPassword,

    /// A signed or opaque token is invalid.
    #[error("the token is invalid: {0:?}")]
    InvalidToken(TokenError),

    /// A one-time token is invalid.
    #[error("the one-time token is invalid: {0:?}")]
    InvalidLink(LinkError),

    /// The account is already active.
    #[error("the account is already active")]
    AlreadyActive,

    /// The last active superuser can be neither deactivated nor deleted.
    #[error("this is the last active superuser")]
    LastSuperuser,

    /// The account cannot be deleted or deactivated because these organizations would have members but no active owner.
    /// Lists one to ten names.
    #[error("the account is the only owner of organizations with other members")]
    SoleOwner {
        /// Names of the organizations.
        organizations: Vec<String>,
    },

    /// An operation on an organization or its members failed.
    #[error("not allowed in the organization: {0:?}")]
    Organization(OrgError),

    /// Callers cannot deactivate, demote or delete their own account here.
    #[error("callers cannot do this to their own account")]
    SelfAction,

    /// Too many failed password attempts on this account from this address.
    #[error("too many attempts")]
    Throttled {
        /// Time until the next attempt is evaluated.
        retry_after: Duration,
    },

    /// The queue for password hashing is too long.
    #[error("the password hashing queue is full")]
    Busy {
        /// Recommended time until a retry.
        retry_after: Duration,
    },

    /// Hashing or signing failed: an internal error.
    #[error("cryptography failed")]
    Crypto(#[source] Box<dyn std::error::Error + Send + Sync>),

    /// The database returned an error.
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

/// A field that is unique among accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Email address, case-insensitive.
    Email,
    /// User name, case-sensitive.
    Username,
}

/// The reason why a token is invalid.
///
/// Source: djangorestframework-simplejwt 5.5.1, `tokens.py` and `authentication.py`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenError {
    /// Malformed, wrong signature, another algorithm, or not valid yet.
    Invalid,
    /// `exp` has passed.
    Expired,
    /// `token_type` is not the accepted type.
    WrongType,
    /// `token_type` is missing.
    NoType,
    /// `jti` is missing.
    NoId,
    /// `exp` is missing.
    NoExpiry,
    /// The account is missing.
    NoSubject,
    /// The session was revoked.
    Revoked,
    /// The account does not exist.
    UnknownAccount,
    /// The account is inactive.
    InactiveAccount,
}

/// The reason why an operation on an organization or its members failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrgError {
    /// The organization does not exist or the caller is not a member. One variant on purpose: callers must not learn
    /// that an organization exists.
    Unknown,
    /// The caller's role in the organization does not allow the operation.
    RoleTooSmall,
    /// The account is already a member.
    AlreadyMember,
    /// The organization would have no owner with an active account.
    LastOwner,
    /// The account would exceed the maximum number of organizations.
    TooMany,
    /// The organization is personal: it has no other members and is deleted only with its account.
    Personal,
}

/// The reason why a one-time token is invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkError {
    /// Unknown, used, replaced by a newer token, of another purpose, or of another account.
    Invalid,
    /// Expired. The token is deleted now.
    Expired,
}
