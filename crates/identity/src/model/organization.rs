//! Organizations and memberships.

use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    prelude::{Queryable, Selectable},
    serialize::{self, Output, ToSql},
    sql_types::Text,
};
use loggia_kernel::{Email, OrgId, Slug, Timestamp, Username};

use crate::schema::organizations;

/// An organization: the owner of its members' shared rows.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = organizations)]
pub struct Organization {
    /// Internal id, referenced by the rows of other crates.
    pub id: OrgId,
    /// Slug for URL paths. A group's slug never changes. A personal organization's slug follows its account's.
    pub slug: Slug,
    /// Display name. Not unique.
    pub name: String,
    /// Personal or group.
    pub kind: OrgKind,
    /// Creation time.
    pub created_at: Timestamp,
}

impl Organization {
    /// Characters. The maximum length of a name.
    pub const MAX_NAME_CHARS: usize = 255;
}

/// The kind of an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum OrgKind {
    /// Created and deleted with an account, which is its only member.
    Personal,
    /// Created by a user for several members.
    Group,
}

impl OrgKind {
    const ALL: [Self; 2] = [Self::Personal, Self::Group];

    /// Returns the name in the database and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Personal => "personal",
            Self::Group => "group",
        }
    }
}

/// A member's role in an organization. A greater role has more permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum OrgRole {
    /// Has access to the organization.
    Member,
    /// Also manages members, except owners.
    Admin,
    /// Has every permission. Every organization has at least one owner with an active account.
    Owner,
}

impl OrgRole {
    /// All roles in ascending order.
    pub const ALL: [Self; 3] = [Self::Member, Self::Admin, Self::Owner];

    /// Returns the name in the database and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// Returns the role with this name, compared case-sensitively.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

impl<DB: Backend> ToSql<Text, DB> for OrgKind
where
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.name().to_sql(out)
    }
}

impl<DB: Backend> FromSql<Text, DB> for OrgKind
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let name = String::from_sql(bytes)?;
        let kind = Self::ALL.into_iter().find(|kind| kind.name() == name);
        kind.ok_or_else(|| format!("unknown kind of organization: {name}").into())
    }
}

impl<DB: Backend> ToSql<Text, DB> for OrgRole
where
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.name().to_sql(out)
    }
}

impl<DB: Backend> FromSql<Text, DB> for OrgRole
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let name = String::from_sql(bytes)?;
        Self::of(&name).ok_or_else(|| format!("unknown role in an organization: {name}").into())
    }
}

/// An organization and an account's role in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The organization.
    pub organization: Organization,
    /// The account's role.
    pub role: OrgRole,
}

/// A member of an organization, as shown to its other members.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct OrgMember {
    /// User name of the account.
    pub username: Username,
    /// Slug of the account.
    pub slug: Slug,
    /// Role in the organization.
    pub role: OrgRole,
    /// Start of the membership.
    pub created_at: Timestamp,
}

/// A reference to the account of a new member.
#[derive(Clone, Copy, Debug)]
pub enum MemberRef<'a> {
    /// The account with this user name, compared case-sensitively.
    Username(&'a Username),
    /// The account with this email address, compared case-insensitively.
    Email(&'a Email),
}
