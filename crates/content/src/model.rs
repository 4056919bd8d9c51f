//! An entry, and the values that create or change one.

use diesel::prelude::{AsChangeset, Insertable, Queryable, Selectable};
use diesel_derive_newtype::DieselNewType;
use loggia_kernel::{Timestamp, list::folded};

use crate::{EntrySlug, Kind, schema::content_entries};

/// The id of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, DieselNewType)]
pub struct EntryId(i64);

impl EntryId {
    /// Returns the numeric id.
    pub fn get(self) -> i64 {
        self.0
    }
}

/// The audience for which entries are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// The public, which sees published entries only.
    Public,
    /// Editors, who also see drafts.
    Editors,
}

/// The fields by which entries can be sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryField {
    /// The id, ascending in order of creation.
    Id,
    /// The title, without regard to case.
    Title,
    /// The slug, case-sensitive.
    Slug,
    /// The creation time.
    CreatedAt,
    /// The time of the last change.
    UpdatedAt,
}

/// A service, a project or a blog entry.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable)]
#[diesel(table_name = content_entries)]
pub struct Entry {
    /// Unique id.
    pub id: EntryId,
    /// Name in paths.
    pub slug: EntrySlug,
    /// Never empty.
    pub title: String,
    /// May be empty.
    pub description: String,
    /// True if the public sees the entry.
    pub is_published: bool,
    /// Creation time.
    pub created_at: Timestamp,
    /// Time of the last change.
    pub updated_at: Timestamp,
}

/// The values of a new entry.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// The kind.
    pub kind: Kind,
    /// Not empty.
    pub title: String,
    /// Must be free. If absent, the slug is derived from the title, with `-1`, `-2`, ... appended until it is free.
    pub slug: Option<EntrySlug>,
    /// May be empty.
    pub description: String,
    /// True if the public sees the entry.
    pub is_published: bool,
}

/// A partial update of an entry. `None` leaves a field unchanged. A new title does not change the slug, because links
/// to the entry would break.
#[derive(Clone, Debug, Default)]
pub struct EntryPatch {
    /// Not empty.
    pub title: Option<String>,
    /// Must not be in use by another entry of the kind.
    pub slug: Option<EntrySlug>,
    /// May be empty.
    pub description: Option<String>,
    /// True if the public sees the entry.
    pub is_published: Option<bool>,
}

#[derive(Insertable)]
#[diesel(table_name = content_entries, treat_none_as_default_value = false)]
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
