//! What is wanted of the list of contacts, and what comes of it.

use loggia_kernel::{PageRequest, Timestamp, list::SortDirection};

use crate::{Contact, ContactId, Search};

/// What is wanted of the list. With nothing but a page it is everything, in the order of its making.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactQuery {
    /// Which part; of what is behind [`ContactQuery::after`], if that is named.
    pub page: PageRequest,
    /// Only what is found. The best come first.
    pub search: Option<Search>,
    /// By what, after how well it is found; the order of its making decides at last, and alone if there is none.
    pub order: Option<Order>,
    /// Only these.
    pub ids: Option<Vec<ContactId>>,
    /// Only what stands behind this in the order that is wanted.
    pub after: Option<Cursor>,
}

impl ContactQuery {
    /// A page of everything.
    pub fn page(page: PageRequest) -> Self {
        Self {
            page,
            search: None,
            order: None,
            ids: None,
            after: None,
        }
    }

    /// Whether the index of an organisation's contacts has them in this order, and nothing else.
    pub(crate) fn is_plain(&self) -> bool {
        self.search.is_none() && self.order.is_none() && self.ids.is_none()
    }
}

/// An order of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// By which field.
    pub by: SortBy,
    /// Which end of it comes first.
    pub direction: SortDirection,
}

/// What a list can be sorted by. Texts: without regard to the case of ASCII letters, then by bytes; absent ones as empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortBy {
    /// The name under which it is shown.
    DisplayName,
    /// The given name.
    FirstName,
    /// The family name.
    LastName,
    /// The address.
    Email,
    /// When it was made.
    CreatedAt,
    /// When it was last changed.
    UpdatedAt,
}

impl SortBy {
    /// The key of `contact` in this order, as the database has it.
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

    /// Whether it is a time that is sorted by, rather than a text.
    pub fn is_time(self) -> bool {
        matches!(self, Self::CreatedAt | Self::UpdatedAt)
    }
}

/// A place in a list, by the keys of the contact that stands there: it is still the same place when the contact is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// How well the contact was found: 0 where nothing was looked for.
    pub rank: i32,
    /// What it was sorted by, if by anything.
    pub key: Option<SortKey>,
    /// The contact.
    pub id: ContactId,
}

/// The value of the field that is sorted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SortKey {
    /// Of a text.
    Text(String),
    /// Of a time.
    Time(Timestamp),
}

/// A part of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactPage {
    /// The contacts, in the order that was wanted.
    pub items: Vec<Contact>,
    /// How many are wanted in all, before [`ContactQuery::page`] and [`ContactQuery::after`] take a part of them.
    pub count: u64,
    /// Where this part ends; `None` if nothing is behind it.
    pub next: Option<Cursor>,
}
