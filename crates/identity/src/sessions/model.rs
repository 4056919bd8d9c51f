//! What a log-in is made of.

use std::{fmt, net::IpAddr, time::Duration};

use loggia_kernel::SessionId;

use crate::{Account, Membership, passwords::Password};

/// When tokens die.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SessionPolicy {
    /// With their session: log-out, a password's change or reset, deactivation and deletion end both kinds at once.
    #[default]
    Strict,
    /// As simplejwt has it: a blacklisted refresh token is refused, and access tokens live until they expire.
    Django,
}

/// How sessions are kept.
#[derive(Clone, Copy, Debug)]
pub struct SessionSettings {
    /// How long an access token is good.
    pub access_ttl: Duration,
    /// How long a refresh token is good.
    pub refresh_ttl: Duration,
    /// When tokens die before that.
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

/// Which of an account's names its tokens carry as `user_id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The number, as text: what simplejwt 5.5.1 writes.
    Number,
    /// The public id, for APIs that show no numbers.
    PublicId,
}

/// How a person calls himself when he logs in. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub enum LoginName {
    /// By an address, in whatever case.
    Email(String),
    /// By a user name, letter for letter.
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
    /// Who he says he is.
    pub login: LoginName,
    /// What proves it.
    pub password: Password,
    /// Where he asks from.
    pub address: IpAddr,
}

/// What a log-in gives. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenPair {
    /// Opens doors.
    pub access: String,
    /// Gives another access token.
    pub refresh: String,
}

impl fmt::Debug for TokenPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenPair(..)")
    }
}

/// Who asks, proven by a token.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The account as it is now.
    pub account: Account,
    /// The log-in that the token belongs to.
    pub session: SessionId,
}

/// Who asks, and where he may: a caller with the organisations that he is in.
#[derive(Clone, Debug)]
pub struct Member {
    /// Who asks.
    pub caller: Caller,
    /// All of them, in the order of the organisations' ids. His own is one of them.
    pub memberships: Vec<Membership>,
}
