//! The query of a list of contacts, and its result.

use loggia_kernel::{PageRequest, Timestamp, list::SortDirection};

use crate::{Contact, ContactId, Search};

/// A query of the list. With only a page, it selects all contacts in order of creation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactQuery {
    /// The part of the list, counted from [`ContactQuery::after`] if that is set.
    pub page: PageRequest,
    /// Restricts the list to matches, best first.
    pub search: Option<Search>,
    /// The sort order among matches of equal rank. Ties, and lists without an order, are sorted by creation.
    pub order: Option<Order>,
    /// Restricts the list to these contacts.
    pub ids: Option<Vec<ContactId>>,
    /// Restricts the list to contacts after this cursor in the requested order.
    pub after: Option<Cursor>,
}

impl ContactQuery {
    /// Creates a query for a page of all contacts.
    pub fn page(page: PageRequest) -> Self {
        Self { page, search: None, order: None, ids: None, after: None }
    }

    /// Returns true if the index of an organization's contacts alone can serve this query.
    pub(crate) fn is_plain(&self) -> bool {
        self.search.is_none() && self.order.is_none() && self.ids.is_none()
    }
}

/// A sort order of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// The sort field.
    pub by: SortBy,
    /// The sort direction.
    pub direction: SortDirection,
}

/// The fields by which a list can be sorted. Texts are compared without regard to the case of ASCII letters, then by
/// bytes. Absent texts sort as empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortBy {
    /// The display name.
    DisplayName,
    /// The given name.
    FirstName,
    /// The family name.
    LastName,
    /// The email address.
    Email,
    /// The creation time.
    CreatedAt,
    /// The time of the last change.
    UpdatedAt,
}

impl SortBy {
    /// Returns the sort key of `contact`, as the database computes it.
    pub(crate) fn key(self, contact: &Contact) -> SortKey {
        let text =
            |text: Option<&str>| SortKey::Text(text.unwrap_or_default().to_ascii_lowercase());
        match self {
            Self::DisplayName => text(Some(&contact.display_name)),
            Self::FirstName => text(contact.first_name.as_deref()),
            Self::LastName => text(contact.last_name.as_deref()),
            Self::Email => text(contact.email.as_deref()),
            Self::CreatedAt => SortKey::Time(contact.created_at),
            Self::UpdatedAt => SortKey::Time(contact.updated_at),
        }
    }

    /// Returns true if the field is a time, false if it is a text.
    pub fn is_time(self) -> bool {
        matches!(self, Self::CreatedAt | Self::UpdatedAt)
    }
}

/// A keyset cursor: the sort keys of a contact. It stays valid after the contact is deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The contact's search rank; 0 without a search.
    pub rank: i32,
    /// The sort value, if the list has a sort order.
    pub key: Option<SortKey>,
    /// The contact's id.
    pub id: ContactId,
}

/// The value of a sort field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SortKey {
    /// A text.
    Text(String),
    /// A time.
    Time(Timestamp),
}

/// A part of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactPage {
    /// The contacts in the requested order.
    pub items: Vec<Contact>,
    /// The total count, regardless of [`ContactQuery::page`] and [`ContactQuery::after`].
    pub count: u64,
    /// The cursor at the end of this part; `None` if it is the last.
    pub next: Option<Cursor>,
}
