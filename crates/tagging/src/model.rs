//! What a tag is, what makes one, and what it can be put on.

use diesel::prelude::{AsChangeset, Insertable, Queryable, Selectable};
use diesel_derive_newtype::DieselNewType;
use loggia_kernel::{OrgId, ParseError, Slug, list::folded};

use crate::schema::{tag_links, tags};

/// A tag's number. On the wire, it is one of the few numbers that are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, DieselNewType)]
pub struct TagId(i64);

impl TagId {
    /// Takes a number for a tag's; whether there is one, only the database knows.
    pub fn new(id: i64) -> Self {
        Self(id)
    }

    /// The number.
    pub fn get(self) -> i64 {
        self.0
    }
}

/// A word with which an organisation marks what it has.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = tags)]
pub struct Tag {
    /// Its number.
    pub id: TagId,
    /// Whose it is.
    pub organization_id: OrgId,
    /// As it was first written; unique in its organisation, whatever the case of its letters.
    pub name: String,
    /// Unique in its organisation, too.
    pub slug: Slug,
}

/// What a tag is called.
///
/// Shape: 1 to [`TagName::MAX_CHARS`] characters without white space around them, of which something is left in a slug.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagName(String);

impl TagName {
    /// The longest name, in Unicode scalar values.
    pub const MAX_CHARS: usize = 50;

    /// Reads a name; white space around it is dropped.
    ///
    /// # Errors
    /// [`ParseError::Blank`], [`ParseError::TooLong`], or [`ParseError::Malformed`] if no letter or digit of it could
    /// stand in a slug.
    pub fn parse(text: &str) -> std::result::Result<Self, ParseError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(ParseError::Blank);
        }
        if text.chars().count() > Self::MAX_CHARS {
            return Err(ParseError::TooLong {
                max: Self::MAX_CHARS,
            });
        }
        let name = Self(text.to_owned());
        if name.slug().as_str().is_empty() {
            return Err(ParseError::Malformed);
        }
        Ok(name)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What names are compared by.
    pub fn folded(&self) -> String {
        folded(&self.0)
    }

    /// The slug that the name leads to.
    pub fn slug(&self) -> Slug {
        Slug::of(&self.0, "")
    }
}

/// What makes a tag.
#[derive(Clone, Debug)]
pub struct NewTag {
    /// Its name.
    pub name: TagName,
    /// Its slug; without one, that of the name.
    pub slug: Option<Slug>,
}

/// In which order tags come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The oldest tag first.
    Id,
    /// The youngest tag first.
    IdDescending,
    /// By name, whatever the case of its letters.
    Name,
    /// The same backwards.
    NameDescending,
}

/// What kind of thing can be tagged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TargetKind {
    /// A contact.
    Contact,
    /// An organisation: its tags can only be put on itself.
    Organization,
}

impl TargetKind {
    /// As the database writes it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Organization => "organization",
        }
    }
}

/// What is to be tagged, as a client names it.
#[derive(Clone, Copy, Debug)]
pub struct TargetRef<'a> {
    /// Whose tags, and whose object.
    pub organization: OrgId,
    /// What that organisation is called.
    pub organization_slug: &'a str,
    /// What it is.
    pub kind: TargetKind,
    /// Its name on the wire: a slug.
    pub name: &'a str,
}

/// An object that was found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target {
    pub(crate) organization: OrgId,
    pub(crate) kind: TargetKind,
    pub(crate) id: i64,
}

impl Target {
    /// An organisation itself.
    pub(crate) fn organization(id: OrgId) -> Self {
        Self {
            organization: id,
            kind: TargetKind::Organization,
            id: id.get(),
        }
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

/// A tag with what it is compared by.
#[derive(Queryable, Selectable)]
#[diesel(table_name = tags)]
pub(crate) struct FoldedTag {
    #[diesel(embed)]
    pub(crate) tag: Tag,
    pub(crate) name_folded: String,
}

#[derive(Insertable)]
#[diesel(table_name = tags)]
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
        Self {
            name_folded: name.folded(),
            slug: name.slug(),
            name: name.0,
        }
    }
}

#[derive(Insertable)]
#[diesel(table_name = tag_links)]
pub(crate) struct LinkRow {
    pub(crate) organization_id: OrgId,
    pub(crate) tag_id: TagId,
    pub(crate) kind: &'static str,
    pub(crate) target_id: i64,
}
