//! A contact, and the values that create or change one.

use diesel::prelude::{AsChangeset, Insertable, Queryable, Selectable};
use diesel_derive_newtype::DieselNewType;
use loggia_kernel::{Change, OrgId, Slug, Timestamp};

use crate::schema::contacts;

/// The id of a contact. Never on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, DieselNewType)]
pub struct ContactId(i64);

impl ContactId {
    /// Wraps an id. Does not check that the contact exists.
    pub fn new(id: i64) -> Self {
        Self(id)
    }

    /// Returns the numeric id.
    pub fn get(self) -> i64 {
        self.0
    }

    /// Returns a reference to the numeric id, for a bind.
    pub(crate) fn as_number(&self) -> &i64 {
        &self.0
    }
}

/// An entry in the address book of an organization.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = contacts)]
pub struct Contact {
    /// Unique id, ascending in order of creation.
    pub id: ContactId,
    /// Name in paths, unique across all organizations.
    pub slug: Slug,
    /// The organization that owns the contact.
    pub organization_id: OrgId,
    /// The slug of the account that created the contact, or `None` if the account was deleted.
    pub creator: Option<Slug>,
    /// Display name. Never empty.
    pub display_name: String,
    /// Given name. Absent rather than empty, like all following texts.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// Email address as entered.
    pub email: Option<String>,
    /// Free-text location.
    pub location: Option<String>,
    /// Telephone number as entered. No format is required.
    pub phone: Option<String>,
    /// Free-text notes.
    pub notes: Option<String>,
    /// The storage key of the picture.
    pub avatar_path: Option<String>,
    /// Creation time.
    pub created_at: Timestamp,
    /// Time of the last change.
    pub updated_at: Timestamp,
}

/// All fields of a contact that callers write.
///
/// Shape: texts are absent rather than empty. The surface limits their lengths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    /// The organization that owns the contact. The caller must have verified membership.
    pub organization_id: OrgId,
    /// Display name: see [`display_name`].
    pub display_name: String,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// Email address.
    pub email: Option<String>,
    /// Free-text location.
    pub location: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Free-text notes.
    pub notes: Option<String>,
}

impl Details {
    /// Returns the details of a contact that has nothing but a name.
    pub fn named(organization_id: OrgId, display_name: impl Into<String>) -> Self {
        Self {
            organization_id,
            display_name: display_name.into(),
            first_name: None,
            last_name: None,
            email: None,
            location: None,
            phone: None,
            notes: None,
        }
    }
}

/// Returns the display name of a contact: the given one, else first and last name joined by a space, else the one of
/// the two that is present; `None` if all are absent.
pub fn display_name(
    given: Option<&str>,
    first_name: Option<&str>,
    last_name: Option<&str>,
) -> Option<String> {
    match (given, first_name, last_name) {
        (Some(given), _, _) => Some(given.to_owned()),
        (None, Some(first), Some(last)) => Some(format!("{first} {last}")),
        (None, Some(name), None) | (None, None, Some(name)) => Some(name.to_owned()),
        (None, None, None) => None,
    }
}

/// The values of a new contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewContact {
    /// The slug of the account that creates the contact.
    pub creator: Slug,
    /// The fields of the contact.
    pub details: Details,
}

/// A partial update of a contact. Fields that are not set stay unchanged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContactPatch {
    /// Moves the contact to another organization and removes its tags.
    pub organization_id: Option<OrgId>,
    /// Never empty. The slug is derived again unless the new name leads to the same one.
    pub display_name: Option<String>,
    /// Given name.
    pub first_name: Change<String>,
    /// Family name.
    pub last_name: Change<String>,
    /// Email address.
    pub email: Change<String>,
    /// Free-text location.
    pub location: Change<String>,
    /// Telephone number.
    pub phone: Change<String>,
    /// Free-text notes.
    pub notes: Change<String>,
}

impl ContactPatch {
    /// Returns the fields of `contact` after the update.
    pub(crate) fn apply(self, contact: &Contact) -> Details {
        let now = |change: Change<String>, before: &Option<String>| match change.into_column() {
            Some(value) => value,
            None => before.clone(),
        };
        Details {
            organization_id: self.organization_id.unwrap_or(contact.organization_id),
            display_name: self.display_name.unwrap_or_else(|| contact.display_name.clone()),
            first_name: now(self.first_name, &contact.first_name),
            last_name: now(self.last_name, &contact.last_name),
            email: now(self.email, &contact.email),
            location: now(self.location, &contact.location),
            phone: now(self.phone, &contact.phone),
            notes: now(self.notes, &contact.notes),
        }
    }
}

/// A row to insert.
#[derive(Clone, Copy, Insertable)]
#[diesel(table_name = contacts, treat_none_as_default_value = false)]
pub(crate) struct NewRow<'a> {
    pub(crate) slug: &'a Slug,
    pub(crate) creator: &'a Slug,
    #[diesel(embed)]
    pub(crate) details: DetailsRow<'a>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

/// The columns that callers write. Absent values are stored as null.
#[derive(AsChangeset, Clone, Copy, Insertable)]
#[diesel(table_name = contacts, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct DetailsRow<'a> {
    pub(crate) organization_id: OrgId,
    pub(crate) display_name: &'a str,
    pub(crate) first_name: Option<&'a str>,
    pub(crate) last_name: Option<&'a str>,
    pub(crate) email: Option<&'a str>,
    pub(crate) location: Option<&'a str>,
    pub(crate) phone: Option<&'a str>,
    pub(crate) notes: Option<&'a str>,
    pub(crate) folded: &'a str,
}

impl<'a> DetailsRow<'a> {
    /// Creates the columns. `folded` must be the result of [`crate::search::folded`] for `details`.
    pub(crate) fn of(details: &'a Details, folded: &'a str) -> Self {
        Self {
            organization_id: details.organization_id,
            display_name: &details.display_name,
            first_name: details.first_name.as_deref(),
            last_name: details.last_name.as_deref(),
            email: details.email.as_deref(),
            location: details.location.as_deref(),
            phone: details.phone.as_deref(),
            notes: details.notes.as_deref(),
            folded,
        }
    }
}
