//! What a contact is, and what makes or changes one.

use diesel::prelude::{AsChangeset, Insertable, Queryable, Selectable};
use diesel_derive_newtype::DieselNewType;
use loggia_kernel::{Change, OrgId, Slug, Timestamp};

use crate::schema::contacts;

/// A contact's number. Never on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, DieselNewType)]
pub struct ContactId(i64);

impl ContactId {
    /// Takes a number for a contact's; whether there is one, only the database knows.
    pub fn new(id: i64) -> Self {
        Self(id)
    }

    /// The number.
    pub fn get(self) -> i64 {
        self.0
    }

    /// The number where it is kept, for a bind.
    pub(crate) fn as_number(&self) -> &i64 {
        &self.0
    }
}

/// Somebody whom an organisation knows.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = contacts)]
pub struct Contact {
    /// Its number: contacts are numbered in the order of their making.
    pub id: ContactId,
    /// Its name in paths, unique among all organisations.
    pub slug: Slug,
    /// Whose contact it is.
    pub organization_id: OrgId,
    /// The slug of the account that made it, while there is such an account.
    pub creator: Option<Slug>,
    /// What it is called. Never empty.
    pub display_name: String,
    /// Absent rather than empty, like all text below.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// An address, as it was given.
    pub email: Option<String>,
    /// Where it is.
    pub location: Option<String>,
    /// As it was given: no form is demanded.
    pub phone: Option<String>,
    /// What there is to know.
    pub notes: Option<String>,
    /// The storage key of its picture.
    pub avatar_path: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What a caller says of a contact: all of it.
///
/// Shape: texts are absent rather than empty; their lengths are for the surface to limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    /// Whose contact it is. The caller has been found to belong there.
    pub organization_id: OrgId,
    /// What it is called: see [`display_name`].
    pub display_name: String,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// An address.
    pub email: Option<String>,
    /// Where it is.
    pub location: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// What there is to know.
    pub notes: Option<String>,
}

/// The name under which a contact is shown: the one that is given, else "First Last", else the one of them that there is;
/// `None` if there is none.
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

/// What makes a contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewContact {
    /// The slug of the account that makes it.
    pub creator: Slug,
    /// What there is to say of it.
    pub details: Details,
}

/// What changes of a contact. What is not named stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContactPatch {
    /// Another organisation takes the contact. Its tags stay behind.
    pub organization_id: Option<OrgId>,
    /// Never empty. The slug is made anew of it, unless it comes to the same.
    pub display_name: Option<String>,
    /// Given name.
    pub first_name: Change<String>,
    /// Family name.
    pub last_name: Change<String>,
    /// An address.
    pub email: Change<String>,
    /// Where it is.
    pub location: Change<String>,
    /// Telephone number.
    pub phone: Change<String>,
    /// What there is to know.
    pub notes: Change<String>,
}

impl ContactPatch {
    /// What there is to say of `contact` once it is changed.
    pub(crate) fn apply(self, contact: &Contact) -> Details {
        let now = |change: Change<String>, before: &Option<String>| match change.into_column() {
            Some(value) => value,
            None => before.clone(),
        };
        Details {
            organization_id: self.organization_id.unwrap_or(contact.organization_id),
            display_name: self
                .display_name
                .unwrap_or_else(|| contact.display_name.clone()),
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
#[diesel(table_name = contacts)]
pub(crate) struct NewRow<'a> {
    pub(crate) slug: &'a Slug,
    pub(crate) creator: &'a Slug,
    #[diesel(embed)]
    pub(crate) details: DetailsRow<'a>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

/// The columns that callers write. Absent ones are emptied.
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
    /// `folded` is what [`crate::search::folded`] makes of `details`.
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
