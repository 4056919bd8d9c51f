//! What one-time tokens are for.

use std::fmt;

use loggia_kernel::{AccountId, Email, Timestamp};

use crate::{Account, passwords::Password};

/// What a one-time token permits. One of each may be pending for an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Set a new password without the old one.
    PasswordReset,
    /// Set a new user name without the password.
    UsernameReset,
    /// Activate an inactive account.
    Activation,
    /// Make the address to which it was sent the account's own.
    EmailChange,
}

impl Purpose {
    /// How the database calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::PasswordReset => "password_reset",
            Self::UsernameReset => "username_reset",
            Self::Activation => "activation",
            Self::EmailChange => "email_change",
        }
    }
}

/// A token that was just made, with what its letter must say. `Debug` shows nothing of the token.
#[derive(Clone)]
pub struct IssuedToken {
    /// Whose it is.
    pub account: Account,
    /// Where the letter goes.
    pub to: Email,
    /// The token: 256 random bits as URL-safe base64 without padding, 43 characters. It is told this once.
    pub token: String,
    /// The last moment at which it is good.
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

/// A password reset, as it was asked for. `Debug` shows nothing of the token.
#[derive(Clone)]
pub struct PasswordReset<'a> {
    /// What came in the link.
    pub token: &'a str,
    /// Whose the token must be, where the link names an account.
    pub owner: Option<AccountId>,
    /// The new password.
    pub password: &'a Password,
}

impl fmt::Debug for PasswordReset<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordReset")
            .field("owner", &self.owner)
            .finish_non_exhaustive()
    }
}
