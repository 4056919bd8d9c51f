//! What an entry is, and what makes or changes one.

use diesel::prelude::{AsChangeset, Insertable, Queryable, Selectable};
use diesel_derive_newtype::DieselNewType;
use loggia_kernel::{Timestamp, list::folded};

use crate::{EntrySlug, schema::content_entries};

/// An entry's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, DieselNewType)]
pub struct EntryId(i64);

impl EntryId {
    /// The number.
    pub fn get(self) -> i64 {
        self.0
    }
}

/// What kind of thing an entry is. Each kind is a collection of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A service on offer.
    Service,
    /// A project.
    Project,
    /// A blog entry.
    Blog,
}

impl Kind {
    /// The kind as the database has it. A title of which no slug can be made is called by it, too.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Project => "project",
            Self::Blog => "blog",
        }
    }
}

/// For whom entries are looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Everybody: to them there is only what is published.
    Public,
    /// Those who write: they see drafts, too.
    Editors,
}

/// What entries can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryField {
    /// The number: the order in which entries were made.
    Id,
    /// The title, without regard to case.
    Title,
    /// The slug, letter for letter.
    Slug,
    /// When it was made.
    CreatedAt,
    /// When it was last changed.
    UpdatedAt,
}

/// A service, a project or a blog entry.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable)]
#[diesel(table_name = content_entries)]
pub struct Entry {
    /// Its number.
    pub id: EntryId,
    /// Its name in paths.
    pub slug: EntrySlug,
    /// Never empty.
    pub title: String,
    /// May be empty.
    pub description: String,
    /// Whether the public sees it.
    pub is_published: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What makes an entry.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// What it is to be.
    pub kind: Kind,
    /// Not empty.
    pub title: String,
    /// Refused if it is taken. Without one the title's is used, with `-1`, `-2`, ... behind it if that is taken.
    pub slug: Option<EntrySlug>,
    /// May be empty.
    pub description: String,
    /// Whether the public sees it.
    pub is_published: bool,
}

/// What changes of an entry; what is not named stays. The slug stays, too, whatever becomes of the title: links to the
/// entry would break.
#[derive(Clone, Debug, Default)]
pub struct EntryPatch {
    /// Not empty.
    pub title: Option<String>,
    /// Refused if another entry of the kind has it.
    pub slug: Option<EntrySlug>,
    /// May be empty.
    pub description: Option<String>,
    /// Whether the public sees it.
    pub is_published: Option<bool>,
}

#[derive(Insertable)]
#[diesel(table_name = content_entries)]
pub(crate) struct NewRow<'a> {
    pub(crate) kind: &'static str,
    pub(crate) slug: &'a EntrySlug,
    pub(crate) title: &'a str,
    pub(crate) title_folded: String,
    pub(crate) description: &'a str,
    pub(crate) description_folded: String,
    pub(crate) is_published: bool,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

impl<'a> NewRow<'a> {
    pub(crate) fn of(new: &'a NewEntry, slug: &'a EntrySlug, now: Timestamp) -> Self {
        Self {
            kind: new.kind.as_str(),
            slug,
            title: &new.title,
            title_folded: folded(&new.title),
            description: &new.description,
            description_folded: folded(&new.description),
            is_published: new.is_published,
            created_at: now,
            updated_at: now,
        }
    }
}

#[derive(AsChangeset)]
#[diesel(table_name = content_entries)]
pub(crate) struct ChangedRow {
    slug: Option<EntrySlug>,
    title: Option<String>,
    title_folded: Option<String>,
    description: Option<String>,
    description_folded: Option<String>,
    is_published: Option<bool>,
    updated_at: Timestamp,
}

impl ChangedRow {
    pub(crate) fn of(patch: EntryPatch, now: Timestamp) -> Self {
        Self {
            slug: patch.slug,
            title_folded: patch.title.as_deref().map(folded),
            title: patch.title,
            description_folded: patch.description.as_deref().map(folded),
            description: patch.description,
            is_published: patch.is_published,
            updated_at: now,
        }
    }
}
