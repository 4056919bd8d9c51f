//! The query of the contact list. Source: docs/contract/v1.md «Contact list», «Pagination».

use actix_web::HttpRequest;
use loggia_contacts::{ContactQuery, Cursor, Order, Search, SortBy, TooManyTerms};
use loggia_kernel::{PageRequest, list::SortDirection};
use utoipa::IntoParams;

use super::{
    super::{page::page, read},
    cursor::Cursors,
};
use crate::{Tenant, V1State};
use loggia_http::{
    error::{Code, FieldErrors, Problem, Refusal},
    request::{Input, strict},
};

/// The query parameters besides limit and offset, for the document. [`ListQuery`] reads them.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the document derives from the fields' types")]
pub(super) struct ContactParams {
    /// Only contacts of the organization with this slug. Default: all organizations of the caller.
    #[param(example = "janedoe")]
    organization: Option<String>,
    /// Only contacts that contain each of these words in a name, the email address or the notes, regardless of case. At
    /// most ten words. Contacts that contain the whole text in the display name come first; then those in the first
    /// name, the last name, the email address, and the notes.
    #[param(max_length = 200, example = "jane")]
    search: Option<String>,
    /// Only contacts with the tag of this slug.
    #[param(example = "vip")]
    tag: Option<String>,
    /// The field to sort by. Without it and `sort_order`, the oldest contacts come first.
    #[param(
        pattern = "^(display_name|first_name|last_name|email|created_at|updated_at)$",
        example = "display_name"
    )]
    sort_by: Option<String>,
    /// The direction. Without `sort_by`, the list is sorted by `display_name`.
    #[param(pattern = "^(asc|desc)$", default = "asc", example = "asc")]
    sort_order: Option<String>,
    /// The position to continue from: empty for the first page, then the `next_cursor` of the previous page, with the
    /// same other parameters. Unlike a page by offset, a page costs the same at any depth, and no contact is skipped or
    /// repeated when others come and go.
    cursor: Option<String>,
}

const SORT_BY: [(&str, SortBy); 6] = [
    ("display_name", SortBy::DisplayName),
    ("first_name", SortBy::FirstName),
    ("last_name", SortBy::LastName),
    ("email", SortBy::Email),
    ("created_at", SortBy::CreatedAt),
    ("updated_at", SortBy::UpdatedAt),
];
const SORT_BY_NAMES: [&str; 6] = [
    SORT_BY[0].0,
    SORT_BY[1].0,
    SORT_BY[2].0,
    SORT_BY[3].0,
    SORT_BY[4].0,
    SORT_BY[5].0,
];
const SORT_ORDER: [(&str, SortDirection); 2] = [
    ("asc", SortDirection::Ascending),
    ("desc", SortDirection::Descending),
];
const SORT_ORDER_NAMES: [&str; 2] = [SORT_ORDER[0].0, SORT_ORDER[1].0];

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
    ///
    /// The invalid parameters.
    pub(super) fn read(request: &HttpRequest) -> Result<Self, FieldErrors> {
        let mut faults = FieldErrors::default();
        let page = page(&mut faults, request);
        let sort_by = choice(&mut faults, request, "sort_by", &SORT_BY, &SORT_BY_NAMES);
        let direction = choice(
            &mut faults,
            request,
            "sort_order",
            &SORT_ORDER,
            &SORT_ORDER_NAMES,
        );
        let mut text = |name, max| text(&mut faults, request, name, max);
        let query = Self {
            organization: text("organization", usize::MAX),
            tag: text("tag", usize::MAX),
            page,
            search: text("search", Search::MAX_CHARS),
            order: order(sort_by, direction),
            cursor: text("cursor", usize::MAX),
        };
        faults.or(query)
    }

    /// Returns the filter and order, except for the tag, and the cursors of this list if the request uses cursors.
    ///
    /// # Errors
    ///
    /// [`Refusal::TooManyTerms`], [`Refusal::BadCursor`].
    pub(super) fn wanted<'a>(
        &self,
        state: &'a V1State,
        tenant: &Tenant,
    ) -> Result<(ContactQuery, Option<Cursors<'a>>), Problem> {
        let search = self.search.as_deref().unwrap_or_default();
        let search = Search::parse(search).map_err(|TooManyTerms| Refusal::TooManyTerms)?;
        let cursors = self.cursor.as_ref().map(|_| self.cursors(state, tenant));
        let after: Option<Cursor> = match (&cursors, self.cursor.as_deref()) {
            (Some(cursors), Some(cursor)) if !cursor.is_empty() => {
                let position = cursors.decrypt(cursor, self.order);
                Some(position.ok_or(Refusal::BadCursor)?)
            }
            _ => None,
        };
        let wanted = ContactQuery {
            search,
            order: self.order,
            after,
            ..ContactQuery::page(self.page)
        };
        Ok((wanted, cursors))
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

fn text(
    faults: &mut FieldErrors,
    request: &HttpRequest,
    name: &str,
    max_chars: usize,
) -> Option<String> {
    let input = read::parameter(request, name);
    strict::bounded(faults, &format!("query/{name}"), &input, max_chars)
}

fn choice<T: Copy>(
    faults: &mut FieldErrors,
    request: &HttpRequest,
    name: &str,
    choices: &[(&str, T)],
    names: &'static [&'static str],
) -> Option<T> {
    let Input::Text(text) = read::parameter(request, name) else {
        return None;
    };
    let choice = choices.iter().find(|(name, _)| *name == text);
    if choice.is_none() {
        faults.add(&format!("query/{name}"), Code::NotOneOf(names));
    }
    choice.map(|(_, choice)| *choice)
}
