//! A tag, the values that create one, and the objects that can be tagged.

use diesel::prelude::{AsChangeset, Insertable, Queryable, Selectable};
use diesel_derive_newtype::DieselNewType;
use loggia_kernel::{OrgId, ParseError, Slug, list::folded};

use crate::schema::{tag_links, tags};

/// The id of a tag. It is part of the wire format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, DieselNewType)]
pub struct TagId(i64);

impl TagId {
    /// Wraps an id. Does not check that the tag exists.
    pub fn new(id: i64) -> Self {
        Self(id)
    }

    /// Returns the numeric id.
    pub fn get(self) -> i64 {
        self.0
    }
}

/// A label that an organization attaches to its objects.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = tags)]
pub struct Tag {
    /// Unique id.
    pub id: TagId,
    /// The organization that owns the tag.
    pub organization_id: OrgId,
    /// Name as first written. Unique in its organization without regard to case.
    pub name: String,
    /// Unique in its organization.
    pub slug: Slug,
}

/// The name of a tag.
///
/// Shape: 1 to [`TagName::MAX_CHARS`] characters without surrounding white space, which lead to a slug that is not
/// empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagName(String);

impl TagName {
    /// The maximum length, in Unicode scalar values.
    pub const MAX_CHARS: usize = 50;

    /// Parses a name and trims surrounding white space.
    ///
    /// # Errors
    /// [`ParseError::Blank`], [`ParseError::TooLong`], or [`ParseError::Malformed`] if no character of the name can be
    /// part of a slug.
    pub fn parse(text: &str) -> std::result::Result<Self, ParseError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(ParseError::Blank);
        }
        if text.chars().count() > Self::MAX_CHARS {
            return Err(ParseError::TooLong { max: Self::MAX_CHARS });
        }
        let name = Self(text.to_owned());
        if name.slug().as_str().is_empty() {
            return Err(ParseError::Malformed);
        }
        Ok(name)
    }

    /// Returns the name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the folded name, by which names are compared.
    pub fn folded(&self) -> String {
        folded(&self.0)
    }

    /// Returns the slug derived from the name.
    pub fn slug(&self) -> Slug {
        Slug::of(&self.0, "")
    }
}

/// The values of a new tag.
#[derive(Clone, Debug)]
pub struct NewTag {
    /// Name.
    pub name: TagName,
    /// Slug. If absent, it is derived from the name.
    pub slug: Option<Slug>,
}

/// The sort order of tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// By id, ascending.
    Id,
    /// By id, descending.
    IdDescending,
    /// By name without regard to case, ascending.
    Name,
    /// By name without regard to case, descending.
    NameDescending,
}

/// The kinds of objects that can be tagged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TargetKind {
    /// A contact.
    Contact,
    /// An organization. Only its own tags can be assigned to it.
    Organization,
}

impl TargetKind {
    /// Returns the value stored in the database.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Organization => "organization",
        }
    }
}

/// A reference to an object to be tagged, as a client names it.
#[derive(Clone, Copy, Debug)]
pub struct TargetRef<'a> {
    /// The organization that owns the tags and the object.
    pub organization: OrgId,
    /// The organization's slug.
    pub organization_slug: &'a str,
    /// The kind of the object.
    pub kind: TargetKind,
    /// The object's slug.
    pub name: &'a str,
}

/// A tagged object that exists.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target {
    pub(crate) organization: OrgId,
    pub(crate) kind: TargetKind,
    pub(crate) id: i64,
}

impl Target {
    /// Creates the target for an organization itself.
    pub(crate) fn organization(id: OrgId) -> Self {
        Self { organization: id, kind: TargetKind::Organization, id: id.get() }
    }

    pub(crate) fn link_to(self, tag: TagId) -> LinkRow {
        LinkRow {
            organization_id: self.organization,
            tag_id: tag,
            kind: self.kind.as_str(),
            target_id: self.id,
        }
    }
}

/// A tag with its folded name.
#[derive(Queryable, Selectable)]
#[diesel(table_name = tags)]
pub(crate) struct FoldedTag {
    #[diesel(embed)]
    pub(crate) tag: Tag,
    pub(crate) name_folded: String,
}

#[derive(Insertable)]
#[diesel(table_name = tags, treat_none_as_default_value = false)]
pub(crate) struct NewRow {
    pub(crate) organization_id: OrgId,
    pub(crate) name: String,
    pub(crate) name_folded: String,
    pub(crate) slug: Slug,
}

impl NewRow {
    pub(crate) fn of(organization: OrgId, new: NewTag) -> Self {
        Self {
            organization_id: organization,
            name_folded: new.name.folded(),
            slug: new.slug.unwrap_or_else(|| new.name.slug()),
            name: new.name.0,
        }
    }
}

#[derive(AsChangeset)]
#[diesel(table_name = tags)]
pub(crate) struct ChangedRow {
    pub(crate) name: String,
    pub(crate) name_folded: String,
    pub(crate) slug: Slug,
}

impl ChangedRow {
    pub(crate) fn of(name: TagName) -> Self {
        Self { name_folded: name.folded(), slug: name.slug(), name: name.0 }
    }
}

#[derive(Insertable)]
#[diesel(table_name = tag_links, treat_none_as_default_value = false)]
pub(crate) struct LinkRow {
    pub(crate) organization_id: OrgId,
    pub(crate) tag_id: TagId,
    pub(crate) kind: &'static str,
    pub(crate) target_id: i64,
}
