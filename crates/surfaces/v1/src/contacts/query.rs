//! The query of the contact list. Source: docs/contract/v1.md «Contact list», «Pagination».

use loggia_contacts::{ContactQuery, Cursor, Order, Search, SortBy, TooManyTerms};
use loggia_kernel::{PageRequest, list::SortDirection};

use super::cursor::Cursors;
use crate::prelude::*;
use loggia_http::{choices, request::fields::strict::Text};

/// The query parameters besides those of the page.
pub(crate) type ContactParams = QueryFields<ContactFilter>;

#[derive(Deserialize, ToSchema)]
pub(crate) struct ContactFilter {
    /// Only contacts of the organization with this slug. Default: all organizations of the caller. Example: `janedoe`
    organization: Optional<Text>,
    /// Only contacts that contain each of these words in a name, the email address or the notes, regardless of case. At
    /// most ten words. Contacts that contain the whole text in the display name come first; then those in the first
    /// name, the last name, the email address, and the notes. Example: `jane`
    search: Optional<Text<{ Search::MAX_CHARS }>>,
    /// Only contacts with the tag of this slug. Example: `vip`
    tag: Optional<Text>,
    /// The field to sort by. Without it and `sort_order`, the oldest contacts come first. Example: `display_name`
    sort_by: Optional<SortField>,
    /// The direction. Without `sort_by`, the list is sorted by `display_name`. Example: `asc`
    #[schema(default = "asc")]
    sort_order: Optional<SortOrder>,
    /// The position to continue from: empty for the first page, then the `next_cursor` of the previous page, with the
    /// same other parameters. Unlike a page by offset, a page costs the same at any depth, and no contact is skipped or
    /// repeated when others come and go.
    cursor: Optional<Text>,
}

choices! {
    SortField: SortBy {
        "display_name" => SortBy::DisplayName,
        "first_name" => SortBy::FirstName,
        "last_name" => SortBy::LastName,
        "email" => SortBy::Email,
        "created_at" => SortBy::CreatedAt,
        "updated_at" => SortBy::UpdatedAt,
    }
}

choices! {
    SortOrder: SortDirection {
        "asc" => SortDirection::Ascending,
        "desc" => SortDirection::Descending,
    }
}

/// The query of a request.
pub(super) struct ListQuery {
    pub(super) organization: Option<String>,
    pub(super) tag: Option<String>,
    page: PageRequest,
    search: Option<String>,
    order: Option<Order>,
    cursor: Option<String>,
}

impl ListQuery {
    /// Reads the query.
    ///
    /// # Errors
    /// The invalid parameters.
    pub(super) fn read(page: &PageQuery, filter: &ContactParams) -> Result<Self, Problem> {
        let mut errors = FieldErrors::default();
        let page = page.read()?.read(&mut errors);
        let filter = filter.read()?;
        let sort_by = filter.sort_by.read(&mut errors);
        let direction = filter.sort_order.read(&mut errors);
        let query = Self {
            organization: filter.organization.read(&mut errors),
            tag: filter.tag.read(&mut errors),
            page,
            search: filter.search.read(&mut errors),
            order: order(sort_by, direction),
            cursor: filter.cursor.read(&mut errors),
        };
        Ok(errors.or(query)?)
    }

    /// Returns the filter and order, except for the tag, and the cursors of this list if the request uses cursors.
    ///
    /// # Errors
    /// [`errors::TOO_MANY_TERMS`], [`errors::INVALID_CURSOR`].
    pub(super) fn contact_query<'a>(
        &self,
        state: &'a V1State,
        tenant: &Tenant,
    ) -> Result<(ContactQuery, Option<Cursors<'a>>), Problem> {
        let search = self.search.as_deref().unwrap_or_default();
        let search = Search::parse(search).map_err(|TooManyTerms| errors::TOO_MANY_TERMS)?;
        let cursors = self.cursor.as_ref().map(|_| self.cursors(state, tenant));
        let after: Option<Cursor> = match (&cursors, self.cursor.as_deref()) {
            (Some(cursors), Some(cursor)) if !cursor.is_empty() => {
                let position = cursors.decrypt(cursor, self.order);
                Some(position.ok_or(errors::INVALID_CURSOR)?)
            }
            _ => None,
        };
        let query =
            ContactQuery { search, order: self.order, after, ..ContactQuery::page(self.page) };
        Ok((query, cursors))
    }

    /// Returns the cursors of this list. A cursor is valid for one caller and one list.
    fn cursors<'a>(&self, state: &'a V1State, tenant: &Tenant) -> Cursors<'a> {
        let list = format!(
            "{} {:?} {:?} {:?} {:?}",
            tenant.caller.account.public_id.as_str(),
            self.organization,
            self.tag,
            self.search,
            self.order,
        );
        Cursors::new(&state.cursor_cipher, list)
    }
}

/// Returns the order. Without both parameters it is the order of creation; either one alone implies the default of the
/// other. Source: docs/contract/v1.md «Contact list».
fn order(by: Option<SortBy>, direction: Option<SortDirection>) -> Option<Order> {
    (by.is_some() || direction.is_some()).then(|| Order {
        by: by.unwrap_or(SortBy::DisplayName),
        direction: direction.unwrap_or(SortDirection::Ascending),
    })
}
