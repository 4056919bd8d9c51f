//! Typed ids: a number inside, a UUID outside.

use diesel_derive_newtype::DieselNewType;
use uuid::{NoContext, Uuid};

use crate::Timestamp;

/// An account's number. Not every API shows it: see [`PublicId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, DieselNewType)]
pub struct AccountId(i64);

impl AccountId {
    /// Takes a number for an account's; whether there is one, only the database knows.
    pub fn new(id: i64) -> Self {
        Self(id)
    }

    /// The number.
    pub fn get(self) -> i64 {
        self.0
    }
}

impl std::fmt::Display for AccountId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// An organisation's number: what the rows of a tenant carry. Never on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, DieselNewType)]
pub struct OrgId(i64);

impl OrgId {
    /// Takes a number for an organisation's; whether there is one, only the database knows.
    pub fn new(id: i64) -> Self {
        Self(id)
    }

    /// The number.
    pub fn get(self) -> i64 {
        self.0
    }
}

impl std::fmt::Display for OrgId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// The name by which an account is known outside: the subject of its tokens.
///
/// Shape: a UUIDv7 (RFC 9562) in lower case with hyphens, so ids sort by age.
#[derive(Clone, Debug, PartialEq, Eq, Hash, DieselNewType)]
pub struct PublicId(String);

impl PublicId {
    /// Makes a new one, stamped with `now`.
    pub fn generate(now: Timestamp) -> Self {
        Self(uuid_at(now))
    }

    /// Takes a text for a public id, as it stands in a token.
    pub fn of(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name of a log-in: what refresh and access tokens carry as `sid`.
///
/// Shape: as [`PublicId`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, DieselNewType)]
pub struct SessionId(String);

impl SessionId {
    /// Makes a new one, stamped with `now`.
    pub fn generate(now: Timestamp) -> Self {
        Self(uuid_at(now))
    }

    /// Takes a text for a session's id, as it stands in a token.
    pub fn of(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn uuid_at(now: Timestamp) -> String {
    let seconds = u64::try_from(now.unix_seconds()).unwrap_or_default();
    let stamp = uuid::Timestamp::from_unix(NoContext, seconds, now.subsec_nanos());
    Uuid::new_v7(stamp).hyphenated().to_string()
}
