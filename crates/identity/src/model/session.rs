//! The values of a login.

use std::{fmt, net::IpAddr, time::Duration};

use loggia_kernel::SessionId;

use crate::{Account, Membership, passwords::Password};

/// The lifetime of tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SessionPolicy {
    /// Tokens are valid as long as their session. Logout, a change or reset of the password, deactivation and deletion
    /// revoke both kinds immediately.
    #[default]
    Strict,
    /// As in simplejwt: blacklisted refresh tokens are rejected, and access tokens are valid until they expire.
    Django,
}

/// The settings of sessions.
#[derive(Clone, Copy, Debug)]
pub struct SessionSettings {
    /// Lifetime of an access token.
    pub access_ttl: Duration,
    /// Lifetime of a refresh token.
    pub refresh_ttl: Duration,
    /// Revocation of tokens before their expiry.
    pub policy: SessionPolicy,
}

impl Default for SessionSettings {
    /// 60 minutes and one day. The second is SimpleJWT's default. Source: simplejwt 5.5.1, `settings.py`.
    fn default() -> Self {
        Self {
            access_ttl: Duration::from_secs(60 * 60),
            refresh_ttl: Duration::from_secs(24 * 60 * 60),
            policy: SessionPolicy::Strict,
        }
    }
}

/// The account identifier in the `user_id` of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The internal id as text, as simplejwt 5.5.1 writes it.
    Number,
    /// The public id, for APIs that do not expose internal ids.
    PublicId,
}

/// The name with which a user logs in. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub enum LoginName {
    /// Email address, case-insensitive.
    Email(String),
    /// User name, case-sensitive.
    Username(String),
}

impl fmt::Debug for LoginName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Email(_) => "Email(..)",
            Self::Username(_) => "Username(..)",
        })
    }
}

/// An attempt to log in.
#[derive(Clone, Debug)]
pub struct LoginRequest {
    /// The login name.
    pub login: LoginName,
    /// The password.
    pub password: Password,
    /// The client address.
    pub address: IpAddr,
}

/// The result of a login. `Debug` hides the tokens.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenPair {
    /// Access token: authenticates requests.
    pub access: String,
    /// Refresh token: obtains new access tokens.
    pub refresh: String,
}

impl fmt::Debug for TokenPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenPair(..)")
    }
}

/// An authenticated caller.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The current state of the account.
    pub account: Account,
    /// The session of the token.
    pub session: SessionId,
}

/// An authenticated caller with their organizations.
#[derive(Clone, Debug)]
pub struct Member {
    /// The caller.
    pub caller: Caller,
    /// All memberships, ordered by organization id. Includes the caller's personal organization.
    pub memberships: Vec<Membership>,
}
