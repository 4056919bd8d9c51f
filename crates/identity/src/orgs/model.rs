//! What an organisation is, and what its members are in it.

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

/// An organisation: the owner of everything that members share.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = organizations)]
pub struct Organization {
    /// Its number: what the rows of other crates carry.
    pub id: OrgId,
    /// Its name in paths. A group's stays for good; a personal one's follows its account's when that is derived again.
    pub slug: Slug,
    /// What people call it. Not unique.
    pub name: String,
    /// Whether it is one account's own.
    pub kind: OrgKind,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Organization {
    /// The longest name.
    pub const MAX_NAME_CHARS: usize = 255;
}

/// Whether an organisation is one account's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum OrgKind {
    /// Made with an account, of which it is the only member, and gone with it.
    Personal,
    /// Made by somebody for several.
    Group,
}

impl OrgKind {
    const ALL: [Self; 2] = [Self::Personal, Self::Group];

    /// What it is called in the database and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Personal => "personal",
            Self::Group => "group",
        }
    }
}

/// What a member is in an organisation. Of two, the greater may do more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum OrgRole {
    /// Works in it.
    Member,
    /// Manages its members, too, but for owners.
    Admin,
    /// May do everything. There is always one whose account is active.
    Owner,
}

impl OrgRole {
    /// All of them, from the least.
    pub const ALL: [Self; 3] = [Self::Member, Self::Admin, Self::Owner];

    /// What it is called in the database and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// The role of this name, letter for letter.
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
        kind.ok_or_else(|| format!("no kind of organisation: {name}").into())
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
        Self::of(&name).ok_or_else(|| format!("no role in an organisation: {name}").into())
    }
}

/// An organisation, and what somebody is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The organisation.
    pub organization: Organization,
    /// What he is in it.
    pub role: OrgRole,
}

/// An account in an organisation, as its other members see it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct OrgMember {
    /// What it is called.
    pub username: Username,
    /// Its name in paths.
    pub slug: Slug,
    /// What it is in the organisation.
    pub role: OrgRole,
    /// Since when it is in it.
    pub created_at: Timestamp,
}

/// Who should become a member.
#[derive(Clone, Copy, Debug)]
pub enum MemberRef<'a> {
    /// The account of this name, letter for letter.
    Username(&'a Username),
    /// The account with this address, in whatever case.
    Email(&'a Email),
}
