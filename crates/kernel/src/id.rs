//! Typed ids: a number inside the system, a UUID outside.

use diesel_derive_newtype::DieselNewType;
use uuid::{NoContext, Uuid};

use crate::Timestamp;

/// The id of an account. Not every API shows it: see [`PublicId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, DieselNewType)]
pub struct AccountId(i64);

impl AccountId {
    /// Wraps an id. Does not check that the account exists.
    pub fn new(id: i64) -> Self {
        Self(id)
    }

    /// Returns the numeric id.
    pub fn get(self) -> i64 {
        self.0
    }
}

impl std::fmt::Display for AccountId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// The id of an organization, which scopes the rows of a tenant. Never on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, DieselNewType)]
pub struct OrgId(i64);

impl OrgId {
    /// Wraps an id. Does not check that the organization exists.
    pub fn new(id: i64) -> Self {
        Self(id)
    }

    /// Returns the numeric id.
    pub fn get(self) -> i64 {
        self.0
    }
}

impl std::fmt::Display for OrgId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// The public id of an account: the subject of its tokens.
///
/// Shape: a UUIDv7 (RFC 9562) in lower case with hyphens, so ids sort by age.
#[derive(Clone, Debug, PartialEq, Eq, Hash, DieselNewType)]
pub struct PublicId(String);

impl PublicId {
    /// Generates a new id with the timestamp `now`.
    pub fn generate(now: Timestamp) -> Self {
        Self(uuid_at(now))
    }

    /// Wraps a public id from a token. Does not validate the text.
    pub fn of(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The id of a session, in the `sid` claim of refresh and access tokens.
///
/// Shape: as [`PublicId`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, DieselNewType)]
pub struct SessionId(String);

impl SessionId {
    /// Generates a new id with the timestamp `now`.
    pub fn generate(now: Timestamp) -> Self {
        Self(uuid_at(now))
    }

    /// Wraps a session id from a token. Does not validate the text.
    pub fn of(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn uuid_at(now: Timestamp) -> String {
    let seconds = u64::try_from(now.unix_seconds()).unwrap_or_default();
    let stamp = uuid::Timestamp::from_unix(NoContext, seconds, now.subsec_nanos());
    Uuid::new_v7(stamp).hyphenated().to_string()
}
