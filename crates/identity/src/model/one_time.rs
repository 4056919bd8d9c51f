//! The purposes and values of one-time tokens.

use std::fmt;

use loggia_kernel::{AccountId, Email, Timestamp};

use crate::{Account, passwords::Password};

/// The operation that a one-time token permits. An account has at most one pending token per purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Set a new password without the old one.
    PasswordReset,
    /// Set a new user name without the password.
    UsernameReset,
    /// Activate an inactive account.
    Activation,
    /// Set the account's email address to the one that received the token.
    EmailChange,
}

impl Purpose {
    /// Returns the name in the database.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::PasswordReset => "password_reset",
            Self::UsernameReset => "username_reset",
            Self::Activation => "activation",
            Self::EmailChange => "email_change",
        }
    }
}

/// A new token with the values for its email. `Debug` hides the token.
#[derive(Clone)]
pub struct IssuedToken {
    /// The account that owns the token.
    pub account: Account,
    /// The recipient of the email.
    pub to: Email,
    /// The token: 256 random bits as URL-safe base64 without padding, 43 characters. Only its digest is stored.
    pub token: String,
    /// The last time at which the token is valid.
    pub expires_at: Timestamp,
}

impl fmt::Debug for IssuedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuedToken")
            .field("account", &self.account.id)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// A request to reset a password. `Debug` hides the token.
#[derive(Clone)]
pub struct PasswordReset<'a> {
    /// The token from the link.
    pub token: &'a str,
    /// The required owner of the token, if the link contains an account.
    pub owner: Option<AccountId>,
    /// The new password.
    pub password: &'a Password,
}

impl fmt::Debug for PasswordReset<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordReset").field("owner", &self.owner).finish_non_exhaustive()
    }
}
